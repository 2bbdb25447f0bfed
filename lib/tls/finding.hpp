// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file or a certificate, and what to do about it: the parts of a Failure before it has its code.
#pragma once

#include <string>

namespace mqtts::tls {

struct Finding {
    std::string cause;      // "it is PKCS#7"
    std::string cure = {};  // the hint: "convert it with openssl pkcs7 …"; empty: nothing is known
};

}  // namespace mqtts::tls
