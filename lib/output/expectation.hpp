// SPDX-License-Identifier: Apache-2.0
// What a run is to prove: that a certain message comes (--until), or that none does (--expect-none).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "output/message_sink.hpp"
#include "output/pattern.hpp"
#include "output/print_settings.hpp"

namespace mqtts::output {

class Expectation {
public:
    using Clock = std::chrono::steady_clock;

    explicit Expectation(const PrintSettings& settings);

    /// A message that counts. `enough`: it decides.
    [[nodiscard]] Wanted take(const wire::Publish& message) {
        ++count_;
        return looks_ ? look(message) : Wanted::more;
    }

    /// The result of the run, from how it ended. In order or because the time was up (timed_out), it fails with
    /// not_matched when it did not prove what it was to prove, and is a success when it did; any other failure stays:
    /// who was not there the whole time has nothing to say about it. `missed`: why messages may have been missed, which
    /// leaves nothing of a silence; empty: none was.
    [[nodiscard]] Result<> verdict(Result<> ended, std::string_view missed = {}) const;

    /// How many messages counted so far.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// When the last of them came, if PrintSettings::note_time; the beginning of time when none has.
    [[nodiscard]] Clock::time_point last_time() const noexcept { return last_time_; }

private:
    [[nodiscard]] Wanted look(const wire::Publish& message);

    std::string expression_;
    std::optional<Pattern> until_;
    bool none_;
    bool note_time_;
    bool looks_;                           // at messages: otherwise it only counts them
    bool met_ = false;                     // a message matched
    std::optional<std::string> unwanted_;  // the topic of a message where none was expected
    std::uint64_t count_ = 0;
    Clock::time_point last_time_ = Clock::time_point::min();
};

}  // namespace mqtts::output
