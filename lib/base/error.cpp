// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <stdexcept>

namespace mqtts {

ErrorText describe(Errc error) noexcept {
    switch (error) {
        case Errc::ok:
            return {"ok", "done"};
        case Errc::internal:
            return {"internal", "internal error"};
        case Errc::bad_option:
            return {"bad_option", "the command line or configuration cannot be used"};
        case Errc::unusable_ca:
            return {"unusable_ca", "the trusted certificates cannot be used"};
        case Errc::unusable_certificate:
            return {"unusable_certificate", "the client certificate cannot be used"};
        case Errc::unusable_key:
            return {"unusable_key", "the private key cannot be used"};
        case Errc::key_mismatch:
            return {"key_mismatch", "the private key does not belong to the client certificate"};
        case Errc::unusable_password_file:
            return {"unusable_password_file", "the password file cannot be used"};
        case Errc::input_failed:
            return {"input_failed", "reading the input failed"};
        case Errc::output_failed:
            return {"output_failed", "writing the output failed"};
        case Errc::message_too_large:
            return {"message_too_large", "the message is too large"};
        case Errc::bad_record:
            return {"bad_record", "the input holds a record that is no message"};
        case Errc::store_failed:
            return {"store_failed", "what has to survive the end of the program cannot be kept"};
        case Errc::not_spoolable:
            return {"not_spoolable", "QoS 0 has no acknowledgement that ends its stay in a spool"};
        case Errc::name_not_found:
            return {"name_not_found", "the host name cannot be resolved"};
        case Errc::connection_refused:
            return {"connection_refused", "connection refused"};
        case Errc::unreachable:
            return {"unreachable", "the host cannot be reached"};
        case Errc::connect_timeout:
            return {"connect_timeout", "no answer within the connect timeout"};
        case Errc::proxy_failed:
            return {"proxy_failed", "the proxy refused to connect"};
        case Errc::untrusted_issuer:
            return {"untrusted_issuer", "the server's certificate comes from no trusted issuer"};
        case Errc::certificate_expired:
            return {"certificate_expired", "the server's certificate has expired"};
        case Errc::certificate_not_yet_valid:
            return {"certificate_not_yet_valid", "the server's certificate is not valid yet"};
        case Errc::name_mismatch:
            return {"name_mismatch", "the server's certificate is for another name"};
        case Errc::certificate_revoked:
            return {"certificate_revoked", "the server's certificate has been revoked"};
        case Errc::wrong_pin:
            return {"wrong_pin", "the server's key is not the pinned one"};
        case Errc::certificate_invalid:
            return {"certificate_invalid", "the server's certificate is not acceptable"};
        case Errc::certificate_expires_soon:
            return {"certificate_expires_soon", "the server's certificate ends too soon"};
        case Errc::staple_missing:
            return {"staple_missing", "the server did not prove that its certificate is not revoked"};
        case Errc::tls_failed:
            return {"tls_failed", "the TLS handshake failed"};
        case Errc::client_certificate_required:
            return {"client_certificate_required", "the server requires a client certificate"};
        case Errc::client_certificate_refused:
            return {"client_certificate_refused", "the server refused the client certificate"};
        case Errc::no_common_version:
            return {"no_common_version", "no TLS version in common with the server"};
        case Errc::no_common_cipher:
            return {"no_common_cipher", "no cipher in common with the server"};
        case Errc::no_common_alpn:
            return {"no_common_alpn", "no application protocol in common with the server"};
        case Errc::not_tls:
            return {"not_tls", "the server does not speak TLS on this port"};
        case Errc::tls_closed:
            return {"tls_closed", "the server closed the connection during the TLS handshake"};
        case Errc::shared_key_refused:
            return {"shared_key_refused", "client and server do not have the same pre-shared key"};
        case Errc::unsupported_version:
            return {"unsupported_version", "the broker does not support this version of MQTT"};
        case Errc::bad_credentials:
            return {"bad_credentials", "bad user name or password"};
        case Errc::not_authorized:
            return {"not_authorized", "not authorized to connect"};
        case Errc::client_identifier_refused:
            return {"client_identifier_refused", "the broker refused the client identifier"};
        case Errc::server_unavailable:
            return {"server_unavailable", "the broker is not available"};
        case Errc::refused:
            return {"refused", "the broker refused the connection"};
        case Errc::session_taken_over:
            return {"session_taken_over", "another client took over the session: it uses the same client identifier"};
        case Errc::disconnected:
            return {"disconnected", "the broker ended the connection"};
        case Errc::authentication_unsupported:
            return {"authentication_unsupported", "the broker asks for enhanced authentication"};
        case Errc::publish_refused:
            return {"publish_refused", "the broker refused a message"};
        case Errc::subscription_refused:
            return {"subscription_refused", "the broker refused a subscription"};
        case Errc::packet_too_large_for_server:
            return {"packet_too_large_for_server", "the message is larger than the broker accepts"};
        case Errc::qos_not_supported:
            return {"qos_not_supported", "the broker does not support this QoS"};
        case Errc::retain_not_supported:
            return {"retain_not_supported", "the broker does not keep retained messages"};
        case Errc::topic_alias_not_supported:
            return {"topic_alias_not_supported", "the broker does not allow this topic alias"};
        case Errc::wildcards_not_supported:
            return {"wildcards_not_supported", "the broker does not support wildcards in topic filters"};
        case Errc::shared_subscriptions_not_supported:
            return {"shared_subscriptions_not_supported", "the broker does not support shared subscriptions"};
        case Errc::subscription_identifiers_not_supported:
            return {"subscription_identifiers_not_supported", "the broker does not support subscription identifiers"};
        case Errc::malformed_packet:
            return {"malformed_packet", "the broker sent a malformed packet"};
        case Errc::protocol_error:
            return {"protocol_error", "the broker broke the protocol"};
        case Errc::packet_too_large:
            return {"packet_too_large", "the broker sent a packet larger than allowed"};
        case Errc::receive_maximum_exceeded:
            return {"receive_maximum_exceeded", "the broker sent more unacknowledged messages than allowed"};
        case Errc::topic_alias_invalid:
            return {"topic_alias_invalid", "the broker used a topic alias it may not use"};
        case Errc::qos_2_answered_as_1:
            return {"acknowledged_at_lower_qos", "the broker acknowledged a message of QoS 2 as if it were of QoS 1"};
        case Errc::connection_lost:
            return {"connection_lost", "connection lost"};
        case Errc::connection_truncated:
            return {"connection_truncated", "the connection was cut without an orderly end of TLS"};
        case Errc::keep_alive_timeout:
            return {"keep_alive_timeout", "the broker stopped answering"};
        case Errc::unacknowledged:
            return {"unacknowledged", "messages were left unacknowledged"};
        case Errc::not_matched:
            return {"not_matched", "the expected message did not arrive"};
        case Errc::timed_out:
            return {"timed_out", "timed out"};
        case Errc::interrupted:
            break;  // any value from here on: ended by a signal
    }
    constexpr int last_of_a_status = 99;  // see command_failed_with
    if (static_cast<int>(error) % 100 == last_of_a_status) return {"command_failed", "the command failed"};
    return {"interrupted", "ended by a signal before the work was done"};
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error("unchecked failure: " + failure.what);
}

}  // namespace mqtts
