// SPDX-License-Identifier: Apache-2.0
// Every error the programs can report, in one list, and the way errors travel.
//
// The hundreds of an Errc are the exit status of the process, so a new error forces the decision about its class.
// Cold paths (options, files, connecting) return Result<T>: the code, and a sentence made where the facts are known.
// Hot paths (wire, session) return the Errc alone.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqtts {

enum class Errc : std::uint16_t {
    ok = 0,

    // 1: anything not listed
    internal = 100,

    // 2: the command line, a configuration file, or a CA, certificate, key or password file that cannot be used
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

    // 128 + n: ended by signal n with work undone; see interrupted_by
    interrupted = 12800,
};

/// The process's exit status for an error; 0 for Errc::ok.
[[nodiscard]] constexpr int exit_status(Errc error) noexcept {
    return static_cast<int>(error) / 100;
}

/// The error of a run that signal `number` ended before its work was done; exit status 128 + number.
[[nodiscard]] constexpr Errc interrupted_by(int number) noexcept {
    return static_cast<Errc>(static_cast<int>(Errc::interrupted) + 100 * number);
}

/// The error of a run whose command (mqtts-sub -- COMMAND) ended with this status, other than 0: it becomes ours.
[[nodiscard]] constexpr Errc command_failed_with(int status) noexcept {
    return static_cast<Errc>(100 * status + 99);
}
/// command_failed_with() made it. None of the list ends in 99, whatever its status: error_table.hpp checks that.
[[nodiscard]] constexpr bool is_of_command(Errc error) noexcept {
    return static_cast<int>(error) % 100 == 99;
}

/// A row of error_table.hpp.
struct ErrorInfo {
    Errc code;
    std::string_view name;                  // for machines, and it never changes: "certificate_expired"
    std::string_view sentence;              // for people, where nobody knows more than the code
    bool retryable = false;                 // another attempt may cure it
    std::uint8_t disconnect_reason = 0x80;  // the Reason Code that tells the server; 0x80: unspecified error
};
[[nodiscard]] const ErrorInfo& describe(Errc error) noexcept;

/// An error with its sentence: what failed, with which host, file or topic, why, and the cure where one is known.
/// Lower case, no full stop, one line.
struct Failure {
    Errc code = Errc::internal;
    std::string what;

    Failure(Errc error, std::string sentence) : code(error), what(std::move(sentence)) {}
    explicit Failure(Errc error = Errc::internal) : code(error), what(describe(error).sentence) {}
};

template <class T = void>
using Result = boost::system::result<T, Failure>;

/// Found by Result<T>::value(), which nothing but a mistake of ours calls on a failure.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& location);

}  // namespace mqtts
