// SPDX-License-Identifier: Apache-2.0
// The input of the publisher: records, from the first one or from a later one on, or payloads that are fetched.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/gather.hpp"
#include "client/record_publisher.hpp"
#include "simulation/random.hpp"
#include "simulation/recording.hpp"

namespace mqtts::simulation {

struct Plan;

/// Makes the input of a run, without the records before `first`. `begins`: where each record of it begins.
[[nodiscard]] std::string records_of(const Plan& plan, const Recorded& recorded, std::uint32_t first = 0,
                                     std::vector<std::size_t>* begins = nullptr);
/// The sizes of payloads that are fetched, in order.
[[nodiscard]] Random sizes_of_fetched(const Plan& plan);
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
