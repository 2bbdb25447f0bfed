// SPDX-License-Identifier: Apache-2.0
// Loads OpenSSL's texts for errors when one is needed.
//
// OpenSSL loads thousands of them as it starts, which takes part of the time of a program that sends one message. The
// texts of its providers, and of modules that it loads, cannot be loaded later: a program that uses a token loads all.
#pragma once

namespace mqtts::tls {

/// Keeps OpenSSL from loading its texts. Call it before any other use of OpenSSL; later calls do nothing.
void put_off_reasons() noexcept;

/// Returns the text of an error in OpenSSL's queue, which stays valid for good. Null: there is no text.
[[nodiscard]] const char* reason_text(unsigned long error) noexcept;

}  // namespace mqtts::tls
