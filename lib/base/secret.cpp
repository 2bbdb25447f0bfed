// SPDX-License-Identifier: Apache-2.0
#include "base/secret.hpp"

namespace mqtts {

void Secret::wipe() noexcept {
    text_.resize(text_.capacity());             // a longer text may have been here before; this allocates nothing
    volatile char* const bytes = text_.data();  // or the compiler removes writes that nobody reads
    for (std::size_t i = 0; i < text_.size(); ++i)
        bytes[i] = 0;
    text_.clear();
}

}  // namespace mqtts
