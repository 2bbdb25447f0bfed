// SPDX-License-Identifier: Apache-2.0
// The parts of the table of options, one file each. option_tables() lists them in this order, in which a user meets
// them: reach the broker and trust it, publish or subscribe, print, end, and then the rest. Each file has a namespace
// of its own, as all of them use the same names.
#pragma once

#include <span>

#include "cli/option.hpp"

namespace mqtts::cli {

[[nodiscard]] std::span<const Option> connection_options() noexcept;
[[nodiscard]] std::span<const Option> tls_options() noexcept;
[[nodiscard]] std::span<const Option> identity_options() noexcept;
[[nodiscard]] std::span<const Option> message_options() noexcept;
[[nodiscard]] std::span<const Option> input_options() noexcept;
[[nodiscard]] std::span<const Option> subscription_options() noexcept;
[[nodiscard]] std::span<const Option> output_options() noexcept;
[[nodiscard]] std::span<const Option> command_options() noexcept;
[[nodiscard]] std::span<const Option> ending_options() noexcept;
[[nodiscard]] std::span<const Option> session_options() noexcept;
[[nodiscard]] std::span<const Option> network_options() noexcept;
[[nodiscard]] std::span<const Option> websocket_options() noexcept;
[[nodiscard]] std::span<const Option> diagnosis_options() noexcept;
[[nodiscard]] std::span<const Option> configuration_options() noexcept;
[[nodiscard]] std::span<const Option> share_options() noexcept;
[[nodiscard]] std::span<const Option> general_options() noexcept;
[[nodiscard]] std::span<const Option> refused_options() noexcept;

}  // namespace mqtts::cli
