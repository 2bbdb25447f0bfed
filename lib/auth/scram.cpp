// SPDX-License-Identifier: Apache-2.0
#include "auth/scram.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "text/base64.hpp"
#include "text/escape.hpp"

namespace mqtts::auth {

namespace {

constexpr std::string_view no_channel_binding = "n,,";
constexpr std::string_view no_channel_binding_encoded = "biws";

/// How many iterations take some milliseconds.
constexpr std::uint32_t iterations_at_once = 5'000;

/// Writes a user name as saslname.
std::string as_saslname(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (c == ',')
            result += "=2C";
        else if (c == '=')
            result += "=3D";
        else
            result += c;
    }
    return result;
}

Failure broken(std::string what) {
    return {Errc::protocol_error, "sent " + std::move(what)};
}

/// Takes the attribute off the front of the message: "r=abc" for r. Nothing: the message begins with something else.
std::optional<std::string_view> take_attribute(std::string_view& message, char name) {
    if (message.size() < 2 || message[0] != name || message[1] != '=') return std::nullopt;
    const std::size_t end = std::min(message.find(','), message.size());
    const std::string_view value = message.substr(2, end - 2);
    message.remove_prefix(std::min(end + 1, message.size()));
    return value;
}

/// Tells what the server's word for an error means: "e=invalid-proof".
std::optional<Failure> refusal_in(std::string_view message) {
    const auto error = take_attribute(message, 'e');
    if (!error) return std::nullopt;
    return Failure(Errc::bad_credentials, fmt::format("refused the login: {}", escape_beginning(*error)),
                   "check --username and --pw");
}

bool is_printable(std::string_view nonce) noexcept {
    return std::ranges::all_of(nonce, [](char c) { return c > ' ' && c <= '~'; });
}

/// Reads the iteration count; more than a number can hold is the largest number. Nothing: it is not a count.
std::optional<std::uint32_t> count_in(std::string_view text) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc::result_out_of_range) count = UINT32_MAX;
    const bool is_number = error == std::errc() || error == std::errc::result_out_of_range;
    if (!is_number || end != text.data() + text.size() || text.front() == '0') return std::nullopt;
    return count;
}

}  // namespace

Scram::Scram(Hash hash, std::string_view user_name, Secret password)
    : hash_(hash), user_name_(as_saslname(user_name)), password_(std::move(password)) {}

Secret Scram::first(std::string_view nonce) {
    nonce_ = nonce;
    messages_ = fmt::format("n={},r={}", user_name_, nonce_);
    salting_.reset();
    step_ = Step::began;
    return Secret(std::string(no_channel_binding) + messages_);
}

Result<> Scram::take(std::string_view challenge) {
    if (const auto refusal = refusal_in(challenge)) return *refusal;
    switch (step_) {
        case Step::began:
            return take_first(challenge);
        case Step::proven:
            return verify(challenge);  // SASL has no success with data: some servers keep to that
        default:
            return broken("a SCRAM message more than the exchange has");
    }
}

Result<> Scram::take_first(std::string_view message) {
    std::string_view rest = message;
    if (rest.starts_with("m="))
        return Failure(Errc::authentication_unsupported, "asks for an extension of SCRAM (m=), which is not supported");
    const auto nonce = take_attribute(rest, 'r');
    if (!nonce) return broken("a SCRAM message without a nonce (r=)");
    if (nonce->size() <= nonce_.size() || !nonce->starts_with(nonce_) || !is_printable(*nonce))
        return broken("a SCRAM nonce (r=) that does not extend ours");
    const auto salt = take_attribute(rest, 's');
    std::string salt_bytes;
    if (!salt || !decode_base64(*salt, salt_bytes) || salt_bytes.empty())
        return broken("a SCRAM message without a usable salt (s=)");
    const auto iterations = take_attribute(rest, 'i');
    const auto count = iterations ? count_in(*iterations) : std::nullopt;
    if (!count) return broken("a SCRAM message without a usable iteration count (i=)");
    if (*count > most_iterations)
        return Failure(Errc::authentication_unsupported,
                       fmt::format("asks for {} SCRAM iterations, and more than {} are refused",
                                   escape_beginning(*iterations), most_iterations));
    nonce_ = *nonce;
    messages_ += fmt::format(",{},c={},r={}", message, no_channel_binding_encoded, nonce_);
    if (salted_.view().empty() || salt_ != salt_bytes || iterations_ != *count) {
        salted_ = Secret();
        salt_ = std::move(salt_bytes);
        iterations_ = *count;
        salting_ = std::make_unique<SaltedPassword>(hash_, password_.view(), salt_, iterations_);
    }
    step_ = Step::salting;
    return {};
}

std::optional<Secret> Scram::answer() {
    if (step_ == Step::sure) return Secret();  // to the signature in AUTH
    if (salting_) {
        if (!salting_->work(iterations_at_once)) return std::nullopt;
        salted_ = salting_->result();
        salting_.reset();
    }
    return prove();
}

/// Makes our last message, and the signature that the server must answer with.
Secret Scram::prove() {
    const Secret client_key = KeyedHash(hash_, salted_.view()).of("Client Key");
    const Secret signature = KeyedHash(hash_, digest(hash_, client_key.view()).view()).of(messages_);
    std::string proof(client_key.view());
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof[i] = static_cast<char>(proof[i] ^ signature.view()[i]);
    const Secret server_key = KeyedHash(hash_, salted_.view()).of("Server Key");
    server_signature_ = KeyedHash(hash_, server_key.view()).of(messages_);
    step_ = Step::proven;
    return Secret(fmt::format("c={},r={},p={}", no_channel_binding_encoded, nonce_, encode_base64(proof)));
}

Result<> Scram::conclude(std::string_view data) {
    if (const auto refusal = refusal_in(data)) return *refusal;
    const bool is_over = step_ == Step::sure && data.empty();
    const Result<> verified = is_over ? Result<>() : verify(data);
    step_ = Step::idle;
    server_signature_ = Secret();
    return verified;
}

Result<> Scram::verify(std::string_view message) {
    const auto unproven = [](std::string_view how) {
        return Failure(Errc::server_unproven, fmt::format("accepted us {}, so it may be another server", how),
                       "check the host, and that --pw is the password of --username there");
    };
    const auto signature = take_attribute(message, 'v');
    const bool is_due = step_ == Step::proven || step_ == Step::sure;
    if (!is_due || !signature) return unproven("without a proof that it knows the password");
    std::string bytes;
    const std::string_view expected = server_signature_.view();
    const bool is_right = decode_base64(*signature, bytes) && bytes.size() == expected.size() &&
                          CRYPTO_memcmp(bytes.data(), expected.data(), expected.size()) == 0;
    if (!is_right) return unproven("with a wrong proof that it knows the password");
    step_ = Step::sure;
    return {};
}

std::string Scram::warning() const {
    if (iterations_ == 0 || iterations_ >= fewest_iterations) return {};
    return fmt::format("the broker keeps the password with {} SCRAM iterations, and RFC 7677 demands {} at least",
                       iterations_, fewest_iterations);
}

}  // namespace mqtts::auth
