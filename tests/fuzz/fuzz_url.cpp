// SPDX-License-Identifier: Apache-2.0
// The values that are URLs or hosts: -L, --proxy and -h. What is refused is told without a control character in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cli/values/proxy_url.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/url.hpp"
#include "text/escape.hpp"

using namespace mqtts;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

template <class Value>
bool is_usable(const Result<Value>& result) {
    if (result) return true;
    const Failure& failure = result.error();
    const std::string line = one_line(failure);
    require(exit_status(failure.code) == 2 && !failure.cause.empty() && escape(line) == line);
    return false;
}

void require_host(std::string_view host) {
    require(!host.empty() && escape(host) == host);
}

/// Part of the text, as it has to be for a secret in argv to be overwritten.
void require_part(std::string_view part, std::string_view text) {
    require(part.empty() || (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto url = cli::parse_url(text); is_usable(url)) {
        require_host(url->host);
        require(url->port != 0);
    }
    if (const auto proxy = cli::parse_proxy_url(text); is_usable(proxy)) {
        require_host(proxy->endpoint.host);
        require(proxy->endpoint.port != 0);
    }
    if (const auto host = cli::parse_host(text); is_usable(host)) require_host(host->host);
    require_part(cli::url_secret({&text, 1}), text);
    require_part(cli::proxy_secret({&text, 1}), text);
    return 0;
}
