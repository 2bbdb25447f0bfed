// SPDX-License-Identifier: Apache-2.0
// Decides what a run has to prove: that a certain message comes (--until), or that no message comes (--expect-none).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "output/message_sink.hpp"
#include "output/pattern.hpp"
#include "output/print_settings.hpp"

namespace mqtts::output {

class Expectation {
public:
    using Clock = std::chrono::steady_clock;

    explicit Expectation(const PrintSettings& settings);

    /// Takes a message that counts. `enough`: it decides.
    [[nodiscard]] Wanted take(const wire::Publish& message) {
        ++count_;
        return looks_ ? look(message) : Wanted::more;
    }

    /// Makes the result of the run from how it ended. A run that ended in order or because the time was up (timed_out)
    /// succeeds if it proved what it had to prove, and fails with not_matched otherwise. Any other failure stays: a run
    /// that was not there the whole time proves nothing. `missed`: why messages may have been missed; a silence proves
    /// nothing then.
    [[nodiscard]] Result<> verdict(Result<> ended, const std::optional<Failure>& missed = {}) const;

    /// Returns how many messages counted so far.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// Returns when the last of them came, if PrintSettings::note_time; the beginning of time if there was no message.
    [[nodiscard]] Clock::time_point last_time() const noexcept { return last_time_; }

private:
    [[nodiscard]] Wanted look(const wire::Publish& message);

    std::string expression_;
    std::optional<Pattern> until_;
    bool none_;
    bool note_time_;
    bool looks_;                           // it looks at messages; otherwise it only counts them
    bool met_ = false;                     // a message matched
    std::optional<std::string> unwanted_;  // the topic of a message where none was expected
    std::uint64_t count_ = 0;
    Clock::time_point last_time_ = Clock::time_point::min();
};

}  // namespace mqtts::output
