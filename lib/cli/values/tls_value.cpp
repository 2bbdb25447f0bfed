// SPDX-License-Identifier: Apache-2.0
#include "cli/values/tls_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"

namespace mqtts::cli {

bool is_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Result<tls::Version> tls_version(std::string_view text) {
    const std::string name = lower_case(text);
    if (name == "tlsv1.2" || name == "1.2") return tls::Version::v1_2;
    if (name == "tlsv1.3" || name == "1.3") return tls::Version::v1_3;
    const std::string_view digits = std::string_view(name).substr(name.starts_with("tlsv") ? 4 : 0);
    if (digits == "1" || digits == "1.0" || digits == "1.1" || name.starts_with("ssl"))
        return bad(fmt::format("{} is insecure and not supported", quoted(text)), "give tlsv1.2 or tlsv1.3");
    return bad(fmt::format("{} is not a version of TLS", quoted(text)), "give tlsv1.2 or tlsv1.3");
}

Result<std::string> server_name(std::string_view text) {
    if (text.empty()) return bad("must not be empty");
    if (!is_ascii(text))
        return bad(fmt::format("{} is not ASCII", quoted(text)), "give the form of the name that begins with xn--");
    if (text.front() == '.' || std::ranges::any_of(text, [](char c) { return c <= ' ' || c == 0x7f; }))
        return bad(fmt::format("{} is not a name that a certificate can have", quoted(text)));
    return std::string(text);
}

Result<std::vector<std::string>> application_protocols(std::string_view text) {
    std::vector<std::string> protocols;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        protocols.emplace_back(text.substr(begin, end - begin));
        if (protocols.back().empty() || protocols.back().size() > 255)
            return bad("a protocol is empty or longer than 255 bytes",
                       "give names of 1 to 255 bytes, separated by commas");
        begin = end + 1;
    }
    return protocols;
}

Result<tls::Pin> pin(std::string_view text) {
    constexpr std::string_view prefix = "sha256//";
    tls::Pin result{};
    std::string bytes;
    const bool decoded = text.starts_with(prefix) && decode_base64(text.substr(prefix.size()), bytes);
    if (!decoded || bytes.size() != result.size())
        return bad(fmt::format("{} is not a pin", quoted_unless_secret(text)),
                   "give sha256// and the 44 characters of a SHA-256 in base64");
    std::ranges::copy(bytes, result.begin());
    return result;
}

Result<Secret> shared_key(std::string_view text) {
    if (text.empty() || text.size() % 2 != 0 || text.size() > 2 * tls::longest_shared_key)
        return bad("the key has the wrong number of digits",
                   fmt::format("give an even number of hexadecimal digits, 2 to {}", 2 * tls::longest_shared_key));
    std::string key;
    key.reserve(text.size() / 2);
    for (; !text.empty(); text.remove_prefix(2)) {
        unsigned byte = 0;
        const char* const end = text.data() + 2;
        if (std::from_chars(text.data(), end, byte, 16).ptr != end)
            return bad("the key is not hexadecimal", "use only the digits 0 to 9 and a to f");
        key.push_back(static_cast<char>(byte));
    }
    return Secret(std::move(key));
}

Result<std::string> shared_key_identity(std::string_view text) {
    if (text.empty() || text.size() > tls::longest_shared_key_identity)
        return bad("the identity is empty or too long",
                   fmt::format("give 1 to {} bytes", tls::longest_shared_key_identity));
    return std::string(text);
}

}  // namespace mqtts::cli
