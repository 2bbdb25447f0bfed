// What the system says about an error, in the style of our sentences.
#pragma once

#include <string>
#include <system_error>

namespace mqtts::transport {

/// "connection refused".
[[nodiscard]] std::string system_reason(const std::error_code& error);
[[nodiscard]] std::string system_reason(int error_number);

}  // namespace mqtts::transport
