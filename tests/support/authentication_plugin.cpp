// SPDX-License-Identifier: Apache-2.0
// Loaded into mosquitto: enhanced authentication, whose other side is lib/auth. It shares no code with that.
//
//   SCRAM-SHA-256   for user "ann" with password "pencil"
//   TOKEN           accepts what begins with "good", again over the same connection, too, and logs it
//   CHATTY          asks for more each time
//
// In mosquitto.conf: "plugin_opt_iterations 1000", "plugin_opt_announced 1000" (another number than is used), and
// "plugin_opt_signature wrong" or "none".
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

namespace {

// Of <mosquitto.h>, which is in another package.
constexpr int accepted = 0;
constexpr int refused = 11;
constexpr int goes_on = -4;
constexpr int unknown_method = 10;
constexpr int notice = 2;

constexpr std::string_view user_name = "ann";
constexpr std::string_view password = "pencil";
constexpr std::string_view salt = "salt of the test";

struct Options {
    std::string iterations = "4096";
    std::string announced;
    std::string signature;
};
Options options;

struct Exchange {
    std::string method;
    std::string bare;
    std::string nonce;
    std::string first;
};
std::map<const mosquitto*, Exchange> exchanges;

std::string base64(const std::string& bytes) {
    std::string text(4 * (bytes.size() + 2) / 3 + 4, '\0');
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                                         reinterpret_cast<const unsigned char*>(bytes.data()),
                                                         static_cast<int>(bytes.size()))));
    return text;
}

std::string hmac(const std::string& key, const std::string& text) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
}

std::string sha256(const std::string& text) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), bytes, &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<const char*>(bytes), size};
}

std::string salted_password() {
    unsigned char bytes[32];
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                      reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                      std::atoi(options.iterations.c_str()), EVP_sha256(), sizeof bytes, bytes);
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

void answer(mosquitto_evt_extended_auth& event, const std::string& data) {
    if (data.empty()) return;
    event.data_out = mosquitto_malloc(data.size());
    std::memcpy(event.data_out, data.data(), data.size());
    event.data_out_len = static_cast<std::uint16_t>(data.size());
}

int begin_scram(mosquitto_evt_extended_auth& event, std::string_view message) {
    const std::string before = "n,,n=" + std::string(user_name) + ",r=";
    if (!message.starts_with(before) || mosquitto_client_username(event.client) != nullptr) return refused;
    Exchange& exchange = exchanges[event.client];
    exchange.bare = message.substr(3);
    exchange.nonce = std::string(message.substr(before.size())) + "%of-the-server";
    exchange.first = "r=" + exchange.nonce + ",s=" + base64(std::string(salt)) +
                     ",i=" + (options.announced.empty() ? options.iterations : options.announced);
    answer(event, exchange.first);
    return goes_on;
}

int end_scram(mosquitto_evt_extended_auth& event, const std::string& message) {
    const Exchange exchange = exchanges[event.client];
    exchanges.erase(event.client);
    const std::string without_proof = "c=biws,r=" + exchange.nonce;
    const std::string text = exchange.bare + "," + exchange.first + "," + without_proof;
    const std::string salted = salted_password();
    std::string proof = hmac(salted, "Client Key");
    const std::string mask = hmac(sha256(proof), text);
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof[i] = static_cast<char>(proof[i] ^ mask[i]);
    if (message != without_proof + ",p=" + base64(proof)) return refused;
    const std::string key = hmac(salted, options.signature == "wrong" ? "Other Key" : "Server Key");
    if (options.signature != "none") answer(event, "v=" + base64(hmac(key, text)));
    mosquitto_set_username(event.client, std::string(user_name).c_str());
    return accepted;
}

int on_authentication(int kind, void* data, void*) {
    auto& event = *static_cast<mosquitto_evt_extended_auth*>(data);
    if (event.auth_method != nullptr)
        exchanges[event.client].method = event.auth_method;  // only with the first message
    const std::string method = exchanges[event.client].method;
    const std::string message(static_cast<const char*>(event.data_in), event.data_in_len);
    if (method == "SCRAM-SHA-256")
        return kind == MOSQ_EVT_EXT_AUTH_START ? begin_scram(event, message) : end_scram(event, message);
    if (method == "CHATTY") {
        answer(event, "and then?");
        return goes_on;
    }
    if (method != "TOKEN") return unknown_method;
    mosquitto_log_printf(notice, "token [%s]", message.c_str());
    return message.starts_with("good") ? accepted : refused;
}

}  // namespace

extern "C" int mosquitto_plugin_version(int count, const int* versions) {
    for (int i = 0; i < count; ++i)
        if (versions[i] == 5) return 5;
    return -1;
}

extern "C" int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void**, mosquitto_opt* given, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string_view name = given[i].key;
        if (name == "iterations") options.iterations = given[i].value;
        if (name == "announced") options.announced = given[i].value;
        if (name == "signature") options.signature = given[i].value;
    }
    for (const int kind : {MOSQ_EVT_EXT_AUTH_START, MOSQ_EVT_EXT_AUTH_CONTINUE})
        if (const int error = mosquitto_callback_register(identifier, kind, on_authentication, nullptr, nullptr))
            return error;
    return accepted;
}

extern "C" int mosquitto_plugin_cleanup(void*, mosquitto_opt*, int) {
    return accepted;
}
