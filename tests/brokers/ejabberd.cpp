// SPDX-License-Identifier: Apache-2.0
// ejabberd: started by erl itself, as ejabberdctl wants to change to another user and to keep its node in a list of
// all.
#include "brokers/makers.hpp"

namespace mqtts::test {

namespace {

std::string registration(const User& user) {
    return "ok = ejabberd_auth:try_register(<<\"" + user.name + "\">>, <<\"localhost\">>, <<\"" + user.password +
           "\">>)";
}

class Ejabberd final : public RealBroker {
public:
    Ejabberd()
        : RealBroker({
              .name = "ejabberd",
              .from = "apt install ejabberd",
              .websocket_path = "/mqtt",
              .exceptions =
                  {
                      {Rule::refused_publish, Version::v311, {}, "it sends PUBACK, and drops the message"},
                      {Rule::take_over, Version::v5, {.status = 7, .says = {"taken over"}}, "DISCONNECT 0x8E"},
                  },
          }) {}

    std::string find_version() const override { return package_version("ejabberd"); }

protected:
    void write_configuration() override {
        write("both.pem", server_certificate().certificate_pem + server_certificate().key_pem);
        // Any filter that matches may allow: none can forbid. A rule is needed, too, where one list of users would do.
        // max_queue: what a slow subscriber is kept, before it is thrown out.
        write("ejabberd.yml", R"(hosts: [localhost]
loglevel: info
certfiles: ["@dir@/both.pem"]
acl: {admins: {user: "admin@localhost"}}
access_rules: {unrestricted: {allow: admins}}
listen:
  - {module: mod_mqtt, ip: "127.0.0.1", port: @tls@, tls: true}
  - {module: ejabberd_http, ip: "127.0.0.1", port: @wss@, tls: true, request_handlers: {"/mqtt": mod_mqtt}}
modules:
  mod_mqtt:
    max_queue: 100000
    match_retained_limit: infinity
    access_publish: {"open/#": all, "#": unrestricted}
    access_subscribe: {"open/#": all, "#": unrestricted}
)");
    }

    // Without -sname it is a node of no network: no epmd, no cookie. Users are kept in its database, so that at a
    // second start they are there already.
    ServerCommand command() const override {
        const std::string users = "case ejabberd_auth:user_exists(<<\"" + restricted.name +
                                  "\">>, <<\"localhost\">>) of true -> ok; false -> " + registration(restricted) +
                                  ", " + registration(unrestricted) + " end, io:format(\"users are known~n\").";
        return {.arguments = {"erl", "-noinput", "-mnesia", "dir", "\"" + directory() + "/database\"", "-s", "ejabberd",
                              "-eval", users},
                .environment = {"HOME=" + directory(), "ERL_LIBS=" MQTTS_ERLANG_LIBRARIES,
                                "EJABBERD_CONFIG_PATH=" + directory() + "/ejabberd.yml",
                                "EJABBERD_LOG_PATH=" + directory() + "/ejabberd.log", "ERL_CRASH_DUMP=/dev/null"},
                .directory = directory(),
                .log_file = directory() + "/log"};
    }

    std::string ready() const override { return "users are known\n"; }
};

}  // namespace

std::unique_ptr<RealBroker> make_ejabberd() {
    return std::make_unique<Ejabberd>();
}

}  // namespace mqtts::test
