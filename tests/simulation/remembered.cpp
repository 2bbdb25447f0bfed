// SPDX-License-Identifier: Apache-2.0
#include "simulation/remembered.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "simulation/directory.hpp"

namespace mqtts::simulation {

client::ReceiptKeeper* Remembered::open(const Log& log) {
    if (!network_.plan.restarting.remembers) return nullptr;
    file_.reset();
    const std::string last = std::exchange(path_, fmt::format("{}/state-{}", network_.directory, runs_++));
    const bool is_copied = ::access(path_.c_str(), F_OK) == 0;
    if (!last.empty() && !is_copied) std::filesystem::rename(last, path_);
    output_.reset();
    const std::string output = network_.directory + "/output";
    if (is_printed()) output_.emplace(::open(output.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    std::string client_identifier = "subscriber";
    auto file = program::StateFile::open(path_, store::Durability::process, client_identifier,
                                         output_ ? std::optional(output_->get()) : std::nullopt, log);
    if (!file) {
        network_.witness.broken(Invariant::verdict_cause, "the state cannot be read: " + one_line(file.error()));
        return nullptr;
    }
    file_.emplace(*std::move(file));
    if (output_) read_output();
    take_back();
    return this;
}

/// What the output has is recorded, and nothing else.
void Remembered::read_output() {
    std::string lines;
    for (const Delivered& one : delivered_)
        lines += fmt::format("{}\n", one.number);
    std::string found(static_cast<std::size_t>(::lseek(output_->get(), 0, SEEK_END)), '\0');
    const ssize_t size = ::pread(output_->get(), found.data(), found.size(), 0);
    if (size != static_cast<ssize_t>(found.size()) || !lines.starts_with(found) ||
        (!found.empty() && found.back() != '\n'))
        network_.witness.broken(Invariant::content, "the output is not what was written");
    std::ptrdiff_t left = std::ranges::count(found, '\n');
    for (Delivered& one : delivered_)
        one.is_recorded = left-- > 0;
}

void Remembered::take_back() {
    for (const Delivered& one : delivered_)
        if (!one.is_recorded) network_.witness.taken_back(one.number);
    std::erase_if(delivered_, [](const Delivered& one) { return !one.is_recorded; });
    unwritten_.clear();
}

void Remembered::die() {
    if (file_) copy_database(path_, fmt::format("{}/state-{}", network_.directory, runs_));
}

void Remembered::delivered(const wire::Publish& message, std::uint32_t number) {
    if (!file_) return;
    delivered_.push_back({.number = number, .identifier = message.packet_identifier});
    unwritten_ += fmt::format("{}\n", number);
}

void Remembered::write(bool all) {
    if (!output_) return;
    const std::size_t count = all ? unwritten_.size() : unwritten_.size() / 2;
    if (::write(output_->get(), unwritten_.data(), count) != static_cast<ssize_t>(count)) std::abort();
    unwritten_.erase(0, count);
}

Result<> Remembered::keep(std::span<const wire::Acknowledgement> owed) {
    Result<> kept = file_->keep(owed);
    if (!kept || is_printed()) return kept;
    for (const wire::Acknowledgement& one : owed) {
        if (one.type == wire::PacketType::pubcomp) continue;
        const auto known = std::find_if(delivered_.rbegin(), delivered_.rend(), [&](const Delivered& message) {
            return message.identifier == one.packet_identifier;
        });
        if (known != delivered_.rend()) known->is_recorded = true;
    }
    return kept;
}

}  // namespace mqtts::simulation
