// SPDX-License-Identifier: Apache-2.0
// The rules across options.
#include <unistd.h>

#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Settings;
using session::never_expires;

TEST_CASE("a topic and exactly one source of messages are needed") {
    CHECK(publish_refusal({}) == "no topic to publish to; give a topic with -t");
    CHECK(publish_refusal({"-m", "x"}) == "no topic to publish to; give a topic with -t");
    CHECK(publish_refusal({"-t", "a"}) == "nothing to publish; give one of -m, -f, -s, -l, -n");
    CHECK(subscribe_refusal({"-v"}) == "no topic to subscribe to; give at least one topic with -t");

    const std::string only_one = " exclude each other; give only one of -m, -f, -s, -l, -n";
    CHECK(publish_refusal({"-t", "a", "-m", "x", "-l"}) == "-l: -m and -l" + only_one);
    CHECK(publish_refusal({"-t", "a", "--stdin-line", "--message", "x"}) == "--message: -l and -m" + only_one);
    CHECK(publish_refusal({"-t", "a", "-f", "x", "-s"}) == "-s: -f and -s" + only_one);
    CHECK(publish_refusal({"-t", "a", "-s", "-n"}) == "-n: -s and -n" + only_one);
    CHECK(publish_refusal({"-t", "a", "-n", "-f", "x"}) == "-f: -n and -f" + only_one);
    CHECK(publish_refusal({"-t", "a", "-m", "x", "-m", "y"}) ==
          "-m: it was given already; give only one of -m, -f, -s, -l, -n");
    const std::string lines = " exclude each other; for the lines of a file: --input lines -f FILE";
    CHECK(publish_refusal({"-t", "a", "-l", "-f", "x"}) == "-f: -l and -f" + lines);
    CHECK(publish_refusal({"-t", "a", "-f", "x", "-l"}) == "-l: -f and -l" + lines);
}

TEST_CASE("a message of -m is not larger than --max-message-size") {
    CHECK(publish({"-t", "a", "-m", "1234", "--max-message-size", "4"}).publish.text == "1234");
    CHECK(publish_refusal({"-t", "a", "-m", "12345", "--max-message-size", "4"}) ==
          "-m has 5 bytes, and --max-message-size allows 4; give a larger --max-message-size");
}

TEST_CASE("a key needs its certificate, which may have it in the same file") {
    CHECK(publish({"-t", "a", "-n", "--cert", "c"}).tls.key_file == "");
    CHECK(publish_refusal({"-t", "a", "-n", "--key", "k"}) == "--key needs its certificate; give --cert");
    CHECK(publish({"-t", "a", "-n", "--key", "k", "--cert", "c"}).tls.key_file == "k");
}

TEST_CASE("-I makes a client identifier with the process id, and excludes -i") {
    CHECK(publish({"-t", "a", "-n", "-I", "job-"}).client.session.client_identifier ==
          "job-" + std::to_string(::getpid()));
    CHECK(publish_refusal({"-t", "a", "-n", "-I", "job-", "-i", "x"}) ==
          "-i and -I both set the client identifier; give only one of -i and -I");
}

TEST_CASE("MQTT 3.1 gets a client identifier of 1 to 23 characters, a new one each time") {
    const std::string one = publish({"-t", "a", "-n", "-V", "31"}).client.session.client_identifier;
    const std::string other = publish({"-t", "a", "-n", "-V", "31"}).client.session.client_identifier;
    CHECK(one.size() == 23);
    CHECK(one.starts_with("mqtts-"));
    CHECK(one != other);
    CHECK(publish({"-t", "a", "-n", "-V", "31", "-i", "x"}).client.session.client_identifier == "x");
    CHECK(publish({"-t", "a", "-n", "-V", "311"}).client.session.client_identifier.empty());
}

TEST_CASE("-c resumes a session, which then never expires unless -x says when") {
    const Settings kept = subscribe({"-t", "a", "-q", "1", "-c", "-i", "x"});
    CHECK_FALSE(kept.client.session.clean_start);
    CHECK(kept.client.session.session_expiry_interval == never_expires);
    CHECK_FALSE(kept.client.session.end_session_at_disconnect);
    CHECK_FALSE(kept.client.version_pinned);
    CHECK(subscribe({"-t", "a", "-c", "-i", "x", "-x", "60"}).client.session.session_expiry_interval == 60);

    const Settings old = subscribe({"-t", "a", "-c", "-i", "x", "-V", "311"});
    CHECK_FALSE(old.client.session.clean_start);
    CHECK(old.client.session.session_expiry_interval == 0);

    const std::string needs_id = "-c resumes the session of a client identifier; give a client identifier with -i";
    CHECK(subscribe_refusal({"-t", "a", "-c"}) == needs_id);
    CHECK(subscribe_refusal({"-t", "a", "-c", "-i", ""}) == needs_id);
    CHECK(subscribe_refusal({"-t", "a", "-c", "-I", "x"}) == needs_id);
}

TEST_CASE("-x sets the session expiry interval, in MQTT 5 only") {
    for (const std::string never : {"-1", "∞", "4294967295", "0xffffffff", "0XFFFFFFFF"})
        CHECK(publish({"-t", "a", "-n", "-i", "x", "-x", never}).client.session.session_expiry_interval ==
              never_expires);
    CHECK(publish({"-t", "a", "-n", "-x", "0x1F"}).client.session.session_expiry_interval == 31);
    CHECK(publish({"-t", "a", "-n", "-x", "010"}).client.session.session_expiry_interval == 10);
    CHECK(publish({"-t", "a", "-n", "-x", "10"}).client.session.clean_start);
    CHECK(publish({"-t", "a", "-n", "-x", "10"}).client.version_pinned);

    CHECK(publish_refusal({"-t", "a", "-n", "-x", "-1"}) ==
          "-x -1 keeps the session of a client identifier forever; give a client identifier with -i");
    CHECK(publish_refusal({"-t", "a", "-n", "-x", "1", "-V", "311"}) ==
          "-x contradicts -V 311: only MQTT 5 has a Session Expiry Interval; leave out -V");
    CHECK(publish_refusal({"-V", "31", "-t", "a", "-n", "-x", "1"}) ==
          "-x contradicts -V 31: only MQTT 5 has a Session Expiry Interval; leave out -V");
}

TEST_CASE("a password without a user name is for MQTT 5 only [MQTT-3.1.2-22]") {
    const Settings s = publish({"-t", "a", "-n", "-P", "x"});
    CHECK(s.client.session.password == "x");
    CHECK_FALSE(s.client.session.user_name);
    CHECK(s.client.version_pinned);
    CHECK_FALSE(publish({"-t", "a", "-n", "-P", "x", "-u", "me"}).client.version_pinned);
    CHECK(publish({"-t", "a", "-n", "-P", "x", "-u", "me", "-V", "311"}).client.session.password == "x");
    CHECK(publish_refusal({"-t", "a", "-n", "-P", "x", "-V", "311"}) ==
          "-P without -u contradicts -V 311: only MQTT 5 allows a password without a user name; give -u");
}

TEST_CASE("what goes on with QoS > 0 has a session that outlives a lost connection and ends with the program") {
    const auto is_short = [](const Settings& s) {
        CHECK(s.client.session.clean_start);
        CHECK(s.client.session.end_session_at_disconnect == (s.client.session.session_expiry_interval >= 300));
        return s.client.session.end_session_at_disconnect;
    };
    CHECK(is_short(subscribe({"-t", "a", "-q", "1"})));
    CHECK(is_short(subscribe({"-t", "a", "-q", "2", "-V", "5"})));
    CHECK(is_short(publish({"-t", "a", "-l", "-q", "1"})));
    CHECK(is_short(publish({"-t", "a", "-m", "x", "-q", "2"})));

    CHECK_FALSE(is_short(subscribe({"-t", "a", "-q", "1", "--reconnect", "never"})));
    CHECK_FALSE(is_short(subscribe({"-t", "a"})));
    CHECK_FALSE(is_short(subscribe({"-t", "a", "-q", "1", "-V", "311"})));
    CHECK_FALSE(is_short(subscribe({"-t", "a", "-q", "1", "-x", "60"})));
    CHECK_FALSE(is_short(subscribe({"-t", "a", "-q", "1", "-x", "0"})));
    CHECK_FALSE(is_short(publish({"-t", "a", "-l"})));
    CHECK_FALSE(is_short(publish({"-t", "a", "-m", "x", "-q", "1"})));
}

TEST_CASE("that session is kept for twice as long as we try to connect again, within bounds") {
    const auto kept_for = [](const std::string& reconnect) {
        return publish({"-t", "a", "-l", "-q", "1", "--reconnect", reconnect}).client.session.session_expiry_interval;
    };
    CHECK(kept_for("0.5") == 300);
    CHECK(kept_for("60") == 300);
    CHECK(kept_for("200") == 400);
    CHECK(kept_for("10000") == 3600);
    CHECK(kept_for("forever") == 3600);
}

TEST_CASE("a publisher of QoS 2 resumes no earlier run: its Packet Identifiers could hide messages") {
    CHECK_FALSE(publish({"-t", "a", "-l", "-q", "1", "-c", "-i", "x"}).client.session.clean_start);
    CHECK(publish({"-t", "a", "-l", "-q", "2", "-c", "-i", "x"}).client.session.clean_start);
    CHECK(publish({"-t", "a", "-l", "-q", "2", "-c", "-i", "x"}).client.session.session_expiry_interval ==
          never_expires);
    CHECK_FALSE(publish({"-t", "a", "-l", "-q", "2", "-c", "-i", "x", "-V", "311"}).client.session.clean_start);
    CHECK_FALSE(publish({"-t", "a", "-n", "-q", "2", "-e", "b", "-c", "-i", "x"}).client.session.clean_start);
}

TEST_CASE("how long to try to connect: never, forever or seconds") {
    using std::chrono::milliseconds;
    CHECK(publish({"-t", "a", "-n"}).client.patience.reconnect == milliseconds(60'000));
    CHECK(publish({"-t", "a", "-n"}).client.patience.retry_connect == milliseconds(0));
    CHECK(publish({"-t", "a", "-n"}).client.patience.linger == milliseconds(5'000));
    CHECK(subscribe({"-t", "a"}).client.patience.reconnect ==
          subscribe({"-t", "a", "--reconnect", "forever"}).client.patience.reconnect);
    CHECK(publish({"-t", "a", "-n", "--reconnect", "never"}).client.patience.reconnect == milliseconds(0));
    CHECK(publish({"-t", "a", "-n", "--reconnect", "0.5"}).client.patience.reconnect == milliseconds(500));
    CHECK(publish({"-t", "a", "-n", "--retry-connect=2"}).client.patience.retry_connect == milliseconds(2'000));
    CHECK(publish({"-t", "a", "-n", "--retry-connect"}).client.patience.retry_connect > std::chrono::years(1));
    CHECK(publish_refusal({"-t", "a", "-n", "--reconnect", "soon"}) ==
          "--reconnect: 'soon' is not a number of seconds; give a number such as 10, or never or forever");
}

TEST_CASE("the broker may send as much at once as MQTT allows, at each QoS") {
    for (const char* qos : {"0", "1", "2"})
        CHECK(subscribe({"-t", "a", "-q", qos}).client.session.receive_maximum == 65535);
    CHECK(subscribe({"-t", "a", "--subscribe", "b", "qos=2"}).client.session.receive_maximum == 65535);
}

TEST_CASE("-C N takes no more than N messages from the broker at once") {
    CHECK(subscribe({"-t", "a", "-C", "1"}).client.session.receive_maximum == 1);
    CHECK(subscribe({"-t", "a", "-C", "1"}).subscribe.print.count == 1);
    CHECK(subscribe({"-t", "a", "-C", "65535"}).client.session.receive_maximum == 65535);
    CHECK(subscribe({"-t", "a", "-C", "65536"}).client.session.receive_maximum == 65535);
    CHECK(subscribe({"-t", "a", "-C", "65536"}).subscribe.print.count == 65536);
    CHECK(subscribe({"-t", "a", "-q", "2", "-C", "2000"}).client.session.receive_maximum == 2000);
}

TEST_CASE("how long retained messages may pause: measured, or given, or not at all") {
    using std::chrono::milliseconds;
    CHECK_FALSE(subscribe({"-t", "a", "--exit-when-retained-done"}).client.retained_settle);
    CHECK(subscribe({"-t", "a", "--retained-settle", "0"}).client.retained_settle == milliseconds(0));
    CHECK(subscribe({"-t", "a", "--retained-settle", "2.5"}).client.retained_settle == milliseconds(2'500));
}

TEST_CASE("-R asks the broker for no retained messages either [MQTT-3.8.3.1]") {
    using wire::RetainHandling;
    const Settings s = subscribe({"-t", "a", "-R", "-t", "b"});
    CHECK(s.subscribe.print.skip_retained);
    for (const auto& subscription : s.client.subscriptions)
        CHECK(subscription.retain_handling == RetainHandling::never);
    CHECK(subscribe({"-t", "a"}).client.subscriptions.at(0).retain_handling == RetainHandling::always);
}

TEST_CASE("seconds have fractions, rounded up to the millisecond") {
    using namespace std::chrono_literals;
    CHECK(subscribe({"-t", "a", "-W", "1"}).timeout == 1s);
    CHECK(subscribe({"-t", "a", "-W", ".5"}).timeout == 500ms);
    CHECK(subscribe({"-t", "a", "-W", "0.0001"}).timeout == 1ms);
    CHECK(subscribe({"-t", "a", "-W", "1000000000"}).timeout == 1'000'000'000s);
}
