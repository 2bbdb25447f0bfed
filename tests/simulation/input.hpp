// SPDX-License-Identifier: Apache-2.0
// The input of the publisher: records, from the first one or from a later one on, or payloads that are fetched.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/gather.hpp"
#include "client/record_publisher.hpp"
#include "simulation/recording.hpp"

namespace mqtts::simulation {

class Random;
struct Plan;

/// Makes one record of the input. `random`: has made those before it.
[[nodiscard]] std::string record_of(Random& random, const Plan& plan, std::uint32_t number);
/// Makes the input of a run, without the records before `first`.
[[nodiscard]] client::PublishSource input_of(const Plan& plan, const Recorded& recorded, std::uint32_t first = 0);
[[nodiscard]] client::RecordSettings record_settings_of(const Plan& plan);

/// A payload that is fetched.
class Fetched final : public ByteSource {
public:
    explicit Fetched(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] std::size_t size() const noexcept override { return bytes_.size(); }
    [[nodiscard]] Result<> read(std::size_t offset, std::span<char> to) override {
        bytes_.copy(to.data(), to.size(), offset);
        return {};
    }
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace mqtts::simulation
