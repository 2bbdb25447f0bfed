// SPDX-License-Identifier: Apache-2.0
// Decides which messages are printed, and which is the last one.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "output/expectation.hpp"
#include "output/message_sink.hpp"
#include "output/print_settings.hpp"

namespace mqtts::output {

class Selection {
public:
    explicit Selection(const PrintSettings& settings);

    struct Verdict {
        bool print = false;
        Wanted wanted = Wanted::more;
    };

    /// Judges a message. One that -R or -T leaves out does not count for -C or an expectation; one that chance leaves
    /// out does.
    [[nodiscard]] Verdict judge(const wire::Publish& message);

    /// Tells whether to print a message that decides nothing, because nobody asked for it.
    [[nodiscard]] bool shows(const wire::Publish& message) const {
        return (!retained_only_ || message.retain) && !is_left_out(message);
    }

    [[nodiscard]] const Expectation& expectation() const noexcept { return expectation_; }

private:
    [[nodiscard]] bool is_left_out(const wire::Publish& message) const;
    [[nodiscard]] bool chance();

    Expectation expectation_;
    std::vector<std::string> filter_out_;
    bool skip_retained_;
    bool retained_only_;
    std::uint64_t remaining_;  // messages to take; 0: no limit
    double percentage_;
    std::minstd_rand random_;
};

}  // namespace mqtts::output
