// SPDX-License-Identifier: Apache-2.0
// Holds the pass phrase of an encrypted private key: given in advance, or asked for when an encrypted file turns up.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::tls {

/// Asks for the pass phrase or PIN of `path`. Its failure is reported unchanged.
using AskPassphrase = std::function<Result<Secret>(const std::string& path)>;

class Passphrase {
public:
    /// Without `ask` there is nobody to ask.
    Passphrase(const std::optional<Secret>& given, const AskPassphrase& ask) : given_(given), ask_(ask) {}

    /// Returns the pass phrase given in advance, or asks for it. Failure: unusable_key, or the failure of asking.
    [[nodiscard]] Result<Secret> get(const std::string& path) const;

private:
    const std::optional<Secret>& given_;
    const AskPassphrase& ask_;
};

/// Hands OpenSSL a pass phrase when it wants one, and remembers that: if the next step fails, the pass phrase is the
/// reason.
class PassphraseQuestion {
public:
    PassphraseQuestion(const Passphrase& passphrase, std::string path)
        : passphrase_(passphrase), path_(std::move(path)) {}

    /// Answers OpenSSL, as a pem_password_cb; `question` is a PassphraseQuestion.
    static int answer(char* buffer, int size, int for_writing, void* question);

    [[nodiscard]] bool asked() const noexcept { return answer_.has_value(); }
    [[nodiscard]] bool unanswered() const noexcept { return answer_ && !*answer_; }  // it asked, and got no answer

    /// Says why the key was not opened. Precondition: asked().
    [[nodiscard]] Failure failure() const;

private:
    const Passphrase& passphrase_;
    std::string path_;
    std::optional<Result<Secret>> answer_;
};

/// Makes the failure "the pass phrase does not open key.pem".
[[nodiscard]] Failure wrong_passphrase(const std::string& path);

}  // namespace mqtts::tls
