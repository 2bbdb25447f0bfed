// SPDX-License-Identifier: Apache-2.0
// The table of errors, one row each, in the order of the list in error.hpp, for describe().
//
// A new error gets a row here. The exit status has no column: it is the hundreds of the code. The last two columns have
// initial values that fit most errors: only the user can cure them, and no server is told of them.
#pragma once

#include <algorithm>
#include <array>
#include <functional>

#include "base/error.hpp"

namespace mqtts {

// The Reason Codes are those of a DISCONNECT from a client [MQTT-3.14.2.1]; their names are in wire/reason_code.hpp.
inline constexpr auto error_table = [] {
    using enum Errc;
    constexpr bool again = true;  // another attempt may succeed: the server may be back in a moment
    constexpr bool never = false;
    return std::to_array<ErrorInfo>({
        {ok, "ok", "done"},
        // Status 1
        {internal, "internal", "internal error"},
        // Status 2
        {bad_option, "bad_option", "the command line or configuration cannot be used"},
        {unusable_ca, "unusable_ca", "the trusted certificates cannot be used"},
        {unusable_certificate, "unusable_certificate", "the client certificate cannot be used"},
        {unusable_key, "unusable_key", "the private key cannot be used"},
        {key_mismatch, "key_mismatch", "the private key does not belong to the client certificate"},
        {unusable_password_file, "unusable_password_file", "the password file cannot be used"},
        // Status 3
        {input_failed, "input_failed", "reading the input failed"},
        {output_failed, "output_failed", "writing the output failed"},
        {message_too_large, "message_too_large", "the message is too large"},
        {bad_record, "bad_record", "a record of the input is not a message"},
        {store_failed, "store_failed", "the state that must survive the program cannot be stored"},
        {not_spoolable, "not_spoolable", "a message of QoS 0 cannot be spooled: it is never acknowledged"},
        // Status 4
        {name_not_found, "name_not_found", "the host name cannot be resolved", again},
        {connection_refused, "connection_refused", "connection refused", again},
        {unreachable, "unreachable", "the host cannot be reached", again},
        {connect_timeout, "connect_timeout", "no answer within the connect timeout", again},
        {proxy_failed, "proxy_failed", "the proxy could not connect", again},
        {proxy_refused, "proxy_refused", "the proxy refused to connect to this host"},
        {unusable_proxy, "unusable_proxy", "the proxy does not accept this client"},
        // Status 5
        {untrusted_issuer, "untrusted_issuer", "the issuer of the server's certificate is not trusted"},
        {certificate_expired, "certificate_expired", "the server's certificate has expired"},
        {certificate_not_yet_valid, "certificate_not_yet_valid", "the server's certificate is not valid yet"},
        {name_mismatch, "name_mismatch", "the server's certificate is for another name"},
        {certificate_revoked, "certificate_revoked", "the server's certificate has been revoked"},
        {wrong_pin, "wrong_pin", "the server's key does not match --pin"},
        {certificate_invalid, "certificate_invalid", "the server's certificate is not acceptable"},
        {certificate_expires_soon, "certificate_expires_soon", "the server's certificate expires too soon"},
        {staple_missing, "staple_missing", "the server did not prove that its certificate is not revoked"},
        {server_unproven, "server_unproven", "the broker did not prove that it knows the password"},
        // Status 6
        {tls_failed, "tls_failed", "the TLS handshake failed"},
        {client_certificate_required, "client_certificate_required", "the server requires a client certificate"},
        {client_certificate_refused, "client_certificate_refused", "the server refused the client certificate"},
        {no_common_version, "no_common_version", "no TLS version in common with the server"},
        {no_common_cipher, "no_common_cipher", "no cipher in common with the server"},
        {no_common_alpn, "no_common_alpn", "no application protocol in common with the server"},
        {not_tls, "not_tls", "the server does not speak TLS on this port"},
        {tls_closed, "tls_closed", "the server closed the connection during the TLS handshake", again},
        {shared_key_refused, "shared_key_refused", "client and server do not have the same pre-shared key"},
        {closed_without_client_certificate, "closed_without_client_certificate",
         "the server asked for a client certificate, got none, and closed the connection", again},
        {closed_on_client_certificate, "closed_on_client_certificate",
         "the server closed the connection after it received the client certificate", again},
        // Status 7
        {unsupported_version, "unsupported_version", "the broker does not support this version of MQTT"},
        {bad_credentials, "bad_credentials", "bad user name or password"},
        {not_authorized, "not_authorized", "not authorized to connect"},
        {client_identifier_refused, "client_identifier_refused", "the broker refused the client identifier"},
        {server_unavailable, "server_unavailable", "the broker is not available", again},
        {refused, "refused", "the broker refused the connection"},
        {session_taken_over, "session_taken_over",
         "another client with the same client identifier took over the session"},
        {disconnected, "disconnected", "the broker ended the connection"},
        {authentication_unsupported, "authentication_unsupported", "the broker wants another authentication method",
         never, 0x8C},
        // Status 8
        {publish_refused, "publish_refused", "the broker refused a message"},
        {subscription_refused, "subscription_refused", "the broker refused a subscription"},
        {packet_too_large_for_server, "packet_too_large_for_server", "the message is larger than the broker accepts"},
        {qos_not_supported, "qos_not_supported", "the broker does not support this QoS"},
        {retain_not_supported, "retain_not_supported", "the broker does not support retained messages"},
        {topic_alias_not_supported, "topic_alias_not_supported", "the broker does not allow this Topic Alias"},
        {wildcards_not_supported, "wildcards_not_supported", "the broker does not support wildcards in topic filters"},
        {shared_subscriptions_not_supported, "shared_subscriptions_not_supported",
         "the broker does not support shared subscriptions"},
        {subscription_identifiers_not_supported, "subscription_identifiers_not_supported",
         "the broker does not support subscription identifiers"},
        // Status 9
        {malformed_packet, "malformed_packet", "the broker sent a malformed packet", never, 0x81},
        {protocol_error, "protocol_error", "the broker broke the protocol", never, 0x82},
        {packet_too_large, "packet_too_large", "the broker sent a packet larger than allowed", never, 0x95},
        {receive_maximum_exceeded, "receive_maximum_exceeded",
         "the broker sent more unacknowledged messages than allowed", never, 0x93},
        {topic_alias_invalid, "topic_alias_invalid", "the broker used a Topic Alias that is not allowed", never, 0x94},
        {qos_2_answered_as_1, "acknowledged_at_lower_qos", "the broker acknowledged a message of QoS 2 as one of QoS 1",
         never, 0x82},
        {not_mqtt, "not_mqtt", "the server does not speak MQTT on this port"},
        // Status 10
        {connection_lost, "connection_lost", "connection lost", again},
        {connection_truncated, "connection_truncated", "the connection was cut off before TLS ended", again},
        {keep_alive_timeout, "keep_alive_timeout", "the broker stopped answering", again},
        {unacknowledged, "unacknowledged", "messages were left unacknowledged"},
        // Status 11
        {not_matched, "not_matched", "the expected message did not arrive"},
        // Status 27
        {timed_out, "timed_out", "timed out"},
        // Status 128 + n: the row of each interrupted_by(n)
        {interrupted, "interrupted", "terminated by a signal before the work was finished"},
    });
}();

static_assert(std::ranges::adjacent_find(error_table, std::ranges::greater_equal(), &ErrorInfo::code) ==
                  error_table.end(),
              "one row each, in the order of the codes");
static_assert(std::ranges::none_of(error_table, is_of_command, &ErrorInfo::code),
              "the last code of each status is for command_failed_with()");

}  // namespace mqtts
