// SPDX-License-Identifier: Apache-2.0
// ActiveMQ Classic. Debian's package leaves out what its MQTT connector needs, which is another package, and
// WebSockets.
#include "brokers/makers.hpp"
#include "support/identity_forms.hpp"

namespace mqtts::test {

namespace {

class ActiveMq final : public RealBroker {
public:
    ActiveMq()
        : RealBroker({
              .name = "activemq",
              .from = "apt install activemq libmqtt-client-java",
              .speaks_mqtt_5 = false,
              .no_websocket = "Debian's package has no WebSocket transport",
              .exceptions = {{Rule::refused_publish, {}, {}, "it sends PUBACK, and drops the message"}},
          }) {}

    std::string find_version() const override {
        // Without its packets it answers TLS by nothing at all.
        return package_version("libmqtt-client-java").empty() ? std::string() : package_version("activemq");
    }

protected:
    // Of the entries that match a topic, any may allow: none can forbid.
    void write_configuration() override {
        write("server.p12", pkcs12(server_certificate(), "of the store"));
        write("activemq.xml", R"(<beans xmlns="http://www.springframework.org/schema/beans"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans
  http://www.springframework.org/schema/beans/spring-beans.xsd http://activemq.apache.org/schema/core
  http://activemq.apache.org/schema/core/activemq-core.xsd">
<broker xmlns="http://activemq.apache.org/schema/core" useJmx="false" brokerName="matrix" dataDirectory="@dir@/data">
<plugins><simpleAuthenticationPlugin><users>
<authenticationUser username="meter" password="right" groups="all"/>
<authenticationUser username="admin" password="right" groups="all,admins"/>
</users></simpleAuthenticationPlugin>
<authorizationPlugin><map><authorizationMap><authorizationEntries>
<authorizationEntry topic=">" read="admins" write="admins" admin="admins"/>
<authorizationEntry topic="open.>" read="all" write="all" admin="all"/>
<authorizationEntry topic="ActiveMQ.Advisory.>" read="all" write="all" admin="all"/>
</authorizationEntries></authorizationMap></map></authorizationPlugin></plugins>
<sslContext><sslContext keyStore="file:@dir@/server.p12" keyStorePassword="of the store" keyStoreType="PKCS12"
  trustStore="file:@dir@/server.p12" trustStorePassword="of the store" trustStoreType="PKCS12"/></sslContext>
<transportConnectors><transportConnector name="mqtt" uri="mqtt+ssl://127.0.0.1:@tls@"/></transportConnectors>
</broker></beans>
)");
        write("log4j.properties",
              "log4j.rootLogger=INFO, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\n"
              "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
              "log4j.appender.out.layout.ConversionPattern=%d %-5p %m%n\n");
    }

    ServerCommand command() const override {
        const std::string& in = directory();
        const std::string java = "/usr/share/java/";
        return {.arguments = {"java", "-Xmx256M", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                              "-Dlog4j.configuration=file:" + in + "/log4j.properties",
                              "-Dactivemq.home=/usr/share/activemq", "-Dactivemq.base=" + in, "-Dactivemq.conf=" + in,
                              "-Dactivemq.data=" + in + "/data", "-Djava.io.tmpdir=" + in, "-Duser.home=" + in, "-cp",
                              "/usr/share/activemq/lib/*:/usr/share/activemq/lib/optional/*:" + java +
                                  "mqtt-client.jar:" + java + "hawtdispatch.jar:" + java + "hawtdispatch-transport.jar",
                              "org.apache.activemq.console.Main", "start", "xbean:file:" + in + "/activemq.xml"},
                .directory = in,
                .log_file = in + "/log"};
    }

    std::string ready() const override { return ") started\n"; }
};

}  // namespace

std::unique_ptr<RealBroker> make_activemq() {
    return std::make_unique<ActiveMq>();
}

}  // namespace mqtts::test
