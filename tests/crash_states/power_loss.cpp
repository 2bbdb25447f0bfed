// SPDX-License-Identifier: Apache-2.0
#include "crash_states/power_loss.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <set>

#include "crash_states/tree.hpp"

namespace mqtts::test::crash {

namespace {

constexpr std::size_t all_combinations_of = 10;
constexpr std::size_t block = 4096;

using Landed = std::vector<bool>;

/// Which of the pieces landed, drawn.
Landed draw(const Disk& disk, const std::vector<Piece>& pieces, std::mt19937_64& random) {
    const bool whole = random() % 3 == 0;
    const std::size_t unit = random() % 2 == 0 ? Disk::sector : block;
    const std::size_t chance = std::vector<std::size_t>{1, 4, 7}[random() % 3];  // of 8
    Landed landed(pieces.size());
    std::size_t before = 0;
    for (std::size_t number = 0; number < pieces.size(); ++number) {
        const Piece& piece = pieces[number];
        const bool is_same_change = number != 0 && pieces[number - 1].change == piece.change;
        const std::size_t place = (disk.pending()[piece.change].offset + piece.begin) / unit;
        const bool is_together = whole || (piece.begin != piece.end && place == before);
        landed[number] = is_same_change && is_together ? landed[number - 1] : random() % 8 < chance;
        before = piece.begin == piece.end ? static_cast<std::size_t>(-1) : place;
    }
    return landed;
}

/// The combination with this number, of the pieces or of whole changes.
Landed combination(const std::vector<Piece>& pieces, std::size_t number, bool of_pieces) {
    Landed landed(pieces.size());
    for (std::size_t i = 0; i < pieces.size(); ++i)
        landed[i] = (number >> (of_pieces ? i : pieces[i].change) & 1) != 0;
    return landed;
}

/// What may have landed behind one call: all that is to be tried.
std::set<Landed> choices(const Disk& disk, const std::vector<Piece>& pieces, std::size_t limit,
                         std::mt19937_64& random) {
    const bool of_pieces = pieces.size() <= all_combinations_of;
    const std::size_t units = of_pieces ? pieces.size() : disk.pending().size();
    const bool tries_all = units <= all_combinations_of && (std::size_t{1} << units) <= limit;
    std::set<Landed> chosen;
    for (std::size_t number = 0; tries_all && number < std::size_t{1} << units; ++number)
        chosen.insert(combination(pieces, number, of_pieces));
    if (tries_all && of_pieces) return chosen;
    chosen.insert(Landed(pieces.size(), false));
    chosen.insert(Landed(pieces.size(), true));
    for (std::size_t drawn = 2; drawn < limit; ++drawn)
        chosen.insert(draw(disk, pieces, random));
    return chosen;
}

/// For people: what a state consists of.
std::string describe_state(const Disk& disk, const std::vector<Piece>& pieces, const Landed& landed) {
    std::string text;
    for (std::size_t change = 0; change < disk.pending().size(); ++change) {
        std::size_t all = 0;
        std::size_t there = 0;
        for (std::size_t number = 0; number < pieces.size(); ++number) {
            if (pieces[number].change != change) continue;
            ++all;
            there += landed[number] ? 1 : 0;
        }
        text += "\n  " + disk.pending()[change].text + ": ";
        text += there == 0 ? "lost" : there == all ? "landed" : std::to_string(there) + " of " + std::to_string(all);
    }
    return text;
}

class Attempt {
public:
    Attempt(const Recording& recording, const Limits& limits, const Check& check)
        : recording_(recording),
          limits_(limits),
          check_(check),
          records_(recording.records()),
          disk_(recording.root_inode(), limits.forgotten) {
        Disk all(recording.root_inode(), limits.forgotten);
        for (const Record& record : records_)
            changes_.push_back(all.apply(record));
        if (limits.kept_file.empty()) return;
        kept_ = KeptFile{all.now()[0]->names.at(limits.kept_file), recording_.beside() + "/kept"};
        static_cast<void>(::link((recording_.root() + '/' + limits_.kept_file).c_str(), kept_->path.c_str()));
    }

    Tried run() {
        for (Span span; span.first < records_.size() && tried_.finding.empty(); span.first = span.last + 1) {
            if (changes_[span.first]) disk_.apply(records_[span.first]);
            span.last = span.first;
            while (span.last + 1 < records_.size() && !changes_[span.last + 1])
                ++span.last;
            try_states(span);
        }
        return tried_;
    }

private:
    void try_states(const Span& span) {
        ++tried_.calls;
        const std::vector<Piece> pieces = disk_.pieces();
        std::mt19937_64 random(limits_.seed + span.first);
        for (const Landed& landed : choices(disk_, pieces, limits_.states, random)) {
            lay_out(disk_.after_power_loss(pieces, landed), recording_.root(), kept_);
            ++tried_.states;
            const std::string found = check_(span);
            if (found.empty()) continue;
            tried_.finding = found + "\nThe power fails behind call " + std::to_string(span.first) + ", with" +
                             describe_state(disk_, pieces, landed);
            return;
        }
    }

    const Recording& recording_;
    const Limits& limits_;
    const Check& check_;
    const std::vector<Record> records_;
    Disk disk_;
    std::vector<bool> changes_;  // of the records: does it change what a loss of power leaves?
    std::optional<KeptFile> kept_;
    Tried tried_;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const value = std::getenv(variable);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

/// What the programs have left is what the model makes of their calls: the record is complete.
void check_record(const Recording& recording) {
    Disk disk(recording.root_inode());
    for (const Record& record : recording.records())
        disk.apply(record);
    const std::string found = difference(disk.now(), recording.root());
    CHECK_MESSAGE(found.empty(), found);
}

}  // namespace

Limits Limits::of_environment(std::size_t states) {
    return {.states = number_from("MQTTS_CRASH_STATES", states),
            .seed = number_from("MQTTS_CRASH_SEED", std::random_device()())};
}

Tried try_power_losses(const Recording& recording, const Limits& limits, const Check& check) {
    return Attempt(recording, limits, check).run();
}

void check_power_losses(const std::string& subject, const Recording& recording, const Limits& limits,
                        const std::vector<Forgotten>& found_if_forgotten, const Check& check) {
    check_record(recording);
    const Tried tried = try_power_losses(recording, limits, check);
    std::printf("%s: %zu states of the disk behind %zu calls, MQTTS_CRASH_SEED=%llu\n", subject.c_str(), tried.states,
                tried.calls, static_cast<unsigned long long>(limits.seed));
    std::fflush(stdout);  // a long run is watched
    CHECK_MESSAGE(tried.finding.empty(), subject << ": " << tried.finding);
    Limits forgetful = limits;
    forgetful.states = std::min<std::size_t>(limits.states, 64);
    for (const Forgotten forgotten : found_if_forgotten) {
        forgetful.forgotten = forgotten;
        const bool is_found = !try_power_losses(recording, forgetful, check).finding.empty();
        const char* const of_what = forgotten == Forgotten::files ? "files" : "directories";
        CHECK_MESSAGE(is_found, subject << ": without fsync of " << of_what << " nothing is found");
    }
}

}  // namespace mqtts::test::crash
