// SPDX-License-Identifier: Apache-2.0
// What opens an encrypted private key: given in advance, or asked for once an encrypted file turns up.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::tls {

/// Asks for the pass phrase of what `path` names. The failure is reported as it is.
using AskPassphrase = std::function<Result<Secret>(const std::string& path)>;

class Passphrase {
public:
    /// Without `ask` nobody can be asked.
    Passphrase(const std::optional<Secret>& given, const AskPassphrase& ask) : given_(given), ask_(ask) {}

    /// Failure: unusable_key, or what asking failed with.
    [[nodiscard]] Result<Secret> get(const std::string& path) const;

private:
    const std::optional<Secret>& given_;
    const AskPassphrase& ask_;
};

/// Hands a pass phrase to OpenSSL when it wants one, and remembers that it did: what fails after that fails because of
/// the pass phrase.
class PassphraseQuestion {
public:
    PassphraseQuestion(const Passphrase& passphrase, std::string path)
        : passphrase_(passphrase), path_(std::move(path)) {}

    /// A pem_password_cb of OpenSSL; `question` is a PassphraseQuestion.
    static int answer(char* buffer, int size, int for_writing, void* question);

    [[nodiscard]] bool asked() const noexcept { return answer_.has_value(); }
    [[nodiscard]] bool unanswered() const noexcept { return answer_ && !*answer_; }  // asked in vain

    /// Why the encrypted thing was not opened; only after it asked.
    [[nodiscard]] Failure failure() const;

private:
    const Passphrase& passphrase_;
    std::string path_;
    std::optional<Result<Secret>> answer_;
};

/// "the pass phrase does not open key.pem".
[[nodiscard]] Failure wrong_passphrase(const std::string& path);

}  // namespace mqtts::tls
