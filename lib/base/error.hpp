// SPDX-License-Identifier: Apache-2.0
// Every error the programs can report, in one list, and the way errors travel.
//
// The hundreds of an Errc are the exit status of the process, so a new error forces the decision about its class.
// Cold paths (options, files, connecting) return Result<T>: the code, with a cause and a hint made where the facts are
// known.
// Hot paths (wire, session) return the Errc alone.
//
// How we speak to people, in errors, warnings, --help, the manuals and comments:
// - Subject and verb first, in the present tense; one fact per sentence. A function's comment is a sentence, too.
// - The cause says what failed, with which option, file, host or topic, and why.
// - The hint says what to do about it. A hint can be read without the cause: "leave out -E", never "leave it out".
// - The specification's nouns: retained message, Will Message, Keep Alive, Session Expiry Interval, Topic Filter.
// - A quantity has the name of the option's value: "exit after COUNT messages".
// - A line of --help says what happens when the option is given.
// - No inverted clause, no clause without a subject, and none of these, which tests/docs/words_test.cpp rejects:
//   "so many", "so much", "so long", "is none", "are none", "stands", "whoever", "what is not".
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mqtts {

enum class Errc : std::uint16_t {
    ok = 0,

    // 1: any other error
    internal = 100,

    // 2: the command line, a configuration file, or a CA, certificate, key or password file cannot be used
    bad_option = 200,
    unusable_ca = 210,
    unusable_certificate = 211,
    unusable_key = 212,
    key_mismatch = 213,
    unusable_password_file = 214,

    // 3: reading input or writing output
    input_failed = 300,
    output_failed = 301,
    message_too_large = 302,
    bad_record = 303,
    store_failed = 304,
    not_spoolable = 305,

    // 4: not reachable
    name_not_found = 400,
    connection_refused = 401,
    unreachable = 402,
    connect_timeout = 403,
    proxy_failed = 404,
    proxy_refused = 405,
    unusable_proxy = 406,

    // 5: the server's identity is not trusted
    untrusted_issuer = 500,
    certificate_expired = 501,
    certificate_not_yet_valid = 502,
    name_mismatch = 503,
    certificate_revoked = 504,
    wrong_pin = 505,
    certificate_invalid = 506,
    certificate_expires_soon = 507,
    staple_missing = 508,
    server_unproven = 509,

    // 6: any other TLS failure
    tls_failed = 600,
    client_certificate_required = 601,
    client_certificate_refused = 602,
    no_common_version = 603,
    no_common_cipher = 604,
    no_common_alpn = 605,
    not_tls = 606,
    tls_closed = 607,
    shared_key_refused = 608,
    closed_without_client_certificate = 609,
    closed_on_client_certificate = 610,

    // 7: the broker refused the connection, in CONNACK or with DISCONNECT, or its HTTP server the WebSocket
    unsupported_version = 700,
    bad_credentials = 701,
    not_authorized = 702,
    client_identifier_refused = 703,
    server_unavailable = 704,
    refused = 705,
    session_taken_over = 706,
    disconnected = 707,
    authentication_unsupported = 708,

    // 8: the broker refused a publish or a subscription
    publish_refused = 800,
    subscription_refused = 801,
    packet_too_large_for_server = 802,
    qos_not_supported = 803,
    retain_not_supported = 804,
    topic_alias_not_supported = 805,
    wildcards_not_supported = 806,
    shared_subscriptions_not_supported = 807,
    subscription_identifiers_not_supported = 808,

    // 9: the peer broke the protocol
    malformed_packet = 900,
    protocol_error = 901,
    packet_too_large = 902,
    receive_maximum_exceeded = 903,
    topic_alias_invalid = 904,
    qos_2_answered_as_1 = 905,
    not_mqtt = 906,

    // 10: connection lost for good, or messages left unacknowledged
    connection_lost = 1000,
    connection_truncated = 1001,
    keep_alive_timeout = 1002,
    unacknowledged = 1003,

    // 11: an expectation was not met
    not_matched = 1100,

    // 27: timed out, the status scripts around mosquitto_sub test for
    timed_out = 2700,

    // 128 + n: terminated by signal n before the work was finished; see interrupted_by
    interrupted = 12800,
};

/// Returns the process's exit status for an error; 0 for Errc::ok.
[[nodiscard]] constexpr int exit_status(Errc error) noexcept {
    return static_cast<int>(error) / 100;
}

/// Returns the error of a run that signal `number` terminated before its work was finished: exit status 128 + number.
[[nodiscard]] constexpr Errc interrupted_by(int number) noexcept {
    return static_cast<Errc>(static_cast<int>(Errc::interrupted) + 100 * number);
}

/// Returns the error of a run whose command (mqtts-sub -- COMMAND) ended with this status, not 0, which becomes ours.
[[nodiscard]] constexpr Errc command_failed_with(int status) noexcept {
    return static_cast<Errc>(100 * status + 99);
}
/// Did command_failed_with() make it? No error of the list ends in 99: error_table.hpp checks that.
[[nodiscard]] constexpr bool is_of_command(Errc error) noexcept {
    return static_cast<int>(error) % 100 == 99;
}

/// A row of error_table.hpp.
struct ErrorInfo {
    Errc code;
    std::string_view name;                  // for machines; it never changes: "certificate_expired"
    std::string_view sentence;              // for people, if only the code is known
    bool retryable = false;                 // another attempt may succeed
    std::uint8_t disconnect_reason = 0x80;  // the Reason Code that tells the server; 0x80: unspecified error
};
[[nodiscard]] const ErrorInfo& describe(Errc error) noexcept;

/// An error in parts, which a terminal and a program that reads JSON show separately. Each part is one line, in lower
/// case, without a full stop.
struct Failure {
    Errc code = Errc::internal;
    std::string cause;               // what failed, with which host, file or topic, and why
    std::string hint;                // what to do about it: "give --cert and --key"; empty: nothing is known
    std::vector<std::string> about;  // the options or the file, as the cause spells them: "--cafile", "ca.pem"

    Failure(Errc error, std::string what_failed, std::string cure = {}, std::vector<std::string> whom = {})
        : code(error), cause(std::move(what_failed)), hint(std::move(cure)), about(std::move(whom)) {}
    explicit Failure(Errc error = Errc::internal) : code(error), cause(describe(error).sentence) {}
};

/// Replaces the cause of a failure by one that says more: "input.txt line 3: " and the old cause.
[[nodiscard]] Failure with_cause(Failure failure, std::string cause);

/// Joins two failures into one that has the code of the first, and cause, hint and about of both, each part once.
[[nodiscard]] Failure combined(Failure first, const Failure& second);

/// Joins two hints to one that gives the choice: "check the port (-p), or give --ws". Either may be empty.
[[nodiscard]] std::string or_else(std::string hint, std::string_view other);

/// Joins cause and hint in one line: "the server requires a client certificate; give --cert and --key".
[[nodiscard]] std::string one_line(std::string_view cause, std::string_view hint);
[[nodiscard]] std::string one_line(const Failure& failure);

template <class T = void>
using Result = boost::system::result<T, Failure>;

/// Called by Result<T>::value() on a failure, which only a mistake of ours does.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& location);

}  // namespace mqtts
