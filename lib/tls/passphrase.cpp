// SPDX-License-Identifier: Apache-2.0
#include "tls/passphrase.hpp"

#include <algorithm>

namespace mqtts::tls {

Result<Secret> Passphrase::get(const std::string& path) const {
    if (given_) return *given_;
    if (ask_) return ask_(path);
    return Failure(Errc::unusable_key, path + " is encrypted, and no pass phrase was given",
                   "give its pass phrase with --key-pass-file or in MQTTS_KEY_PASS", {path});
}

int PassphraseQuestion::answer(char* buffer, int size, int, void* question) {
    auto& [passphrase, path, answer] = *static_cast<PassphraseQuestion*>(question);
    if (!answer) answer = passphrase.get(path);  // OpenSSL asks again when the first answer was wrong
    if (!*answer) return -1;
    const std::string_view text = (*answer)->view();
    if (text.size() > static_cast<std::size_t>(size)) return -1;
    std::copy(text.begin(), text.end(), buffer);
    return static_cast<int>(text.size());
}

Failure PassphraseQuestion::failure() const {
    return *answer_ ? wrong_passphrase(path_) : answer_->error();
}

Failure wrong_passphrase(const std::string& path) {
    return {Errc::unusable_key, "the pass phrase does not open " + path, {}, {path}};
}

}  // namespace mqtts::tls
