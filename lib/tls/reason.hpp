// SPDX-License-Identifier: Apache-2.0
// OpenSSL's own words for an error, read in when somebody asks for them.
//
// OpenSSL reads thousands of them in as it starts, which is a part of the time of a program that sends one message.
// Those of its providers, and of modules that it loads, cannot be read in later: who uses a token reads all of them.
#pragma once

namespace mqtts::tls {

/// Before any other use of OpenSSL: its words stay where they are. Later calls do nothing.
void put_off_reasons() noexcept;

/// Of a number that OpenSSL's queue of errors gave. Null: there are no words for it. They stay for good.
[[nodiscard]] const char* reason_text(unsigned long error) noexcept;

}  // namespace mqtts::tls
