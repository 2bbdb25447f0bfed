// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

namespace mqtts {

bool decode_base64(std::string_view text, std::string& to) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    to.clear();
    if (text.size() % 4 != 0) return false;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    unsigned bits = 0;  // read and not yet written: the lowest `pending` ones
    int pending = 0;
    for (const char character : text) {
        const std::size_t digit = alphabet.find(character);
        if (digit == alphabet.npos) return false;
        bits = bits << 6 | static_cast<unsigned>(digit);
        pending += 6;
        if (pending < 8) continue;
        pending -= 8;
        to.push_back(static_cast<char>(bits >> pending & 0xFF));
        bits &= (1U << pending) - 1;
    }
    return bits == 0;  // nobody encodes otherwise
}

}  // namespace mqtts
