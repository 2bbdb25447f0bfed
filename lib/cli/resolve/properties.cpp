// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/properties.hpp"

namespace mqtts::cli {

using wire::PropertyIdentifier;

namespace {

void copy(const wire::Property& property, wire::PropertyWriter& to) {
    switch (wire::info(property.identifier).type) {
        case wire::PropertyType::string:
        case wire::PropertyType::binary:
            return to.add(property.identifier, property.text);
        case wire::PropertyType::string_pair:
            return to.add(property.identifier, property.text, property.value);
        default:
            return to.add(property.identifier, property.number);
    }
}

/// Checks a DISCONNECT: it may not change a Session Expiry Interval of 0 [MQTT-3.14.2.2.2].
Result<> check_disconnect(const session::Settings& session, const wire::Property& changed) {
    const bool ends_with_connection = session.session_expiry_interval == 0 || session.end_session_at_disconnect;
    if (!ends_with_connection || changed.number == 0) return {};
    return bad("-D disconnect session-expiry-interval cannot extend a session that ends with the connection",
               "give -x too", {"-D", "-x"});
}

Result<> check_authentication(wire::PropertiesView connect) {
    if (connect.find(PropertyIdentifier::authentication_data) &&
        !connect.find(PropertyIdentifier::authentication_method))
        return bad("-D connect authentication-data needs authentication-method",
                   "give -D connect authentication-method too", {"-D"});  // [MQTT-3.1.2.11.10]
    return {};
}

/// Adds the properties of CONNECT, some of which the session has as settings of their own.
void add_connect_properties(session::Settings& session, wire::PropertiesView properties) {
    for (const wire::Property& property : properties) {
        switch (property.identifier) {
            case PropertyIdentifier::session_expiry_interval:
                break;  // already taken, as with -x
            case PropertyIdentifier::receive_maximum:
                session.receive_maximum = static_cast<std::uint16_t>(property.number);
                break;
            case PropertyIdentifier::maximum_packet_size:
                session.maximum_packet_size = property.number;
                break;
            default:
                copy(property, session.connect_properties);
        }
    }
}

}  // namespace

Result<session::Settings> with_properties(session::Settings session, const SessionArguments& typed) {
    const auto changed = typed.disconnect_properties.view().find(PropertyIdentifier::session_expiry_interval);
    if (changed) {
        if (const auto checked = check_disconnect(session, *changed); !checked) return checked.error();
        session.end_session_at_disconnect = false;  // the property says it
    }
    const wire::PropertiesView connect = typed.connect_properties.view();
    if (const auto checked = check_authentication(connect); !checked) return checked.error();
    add_connect_properties(session, connect);
    session.subscribe_properties = typed.subscribe_properties;
    session.unsubscribe_properties = typed.unsubscribe_properties;
    session.disconnect_properties = typed.disconnect_properties;
    return session;
}

}  // namespace mqtts::cli
