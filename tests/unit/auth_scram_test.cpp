// SPDX-License-Identifier: Apache-2.0
// SCRAM with the examples of its RFCs, and with servers that get each message wrong.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "auth/scram.hpp"

using namespace mqtts;
using auth::Hash;
using auth::Scram;

namespace {

std::string text(const Secret& secret) {
    return std::string(secret.view());
}

/// The answer to the challenge taken last, however long it takes.
std::string answer(Scram& scram) {
    for (;;)
        if (const auto made = scram.answer()) return text(*made);
}

/// "9 sent …"; empty: a success.
std::string told(const Result<>& result) {
    return result ? "" : std::to_string(exit_status(result.error().code)) + ' ' + result.error().cause;
}

struct Example {
    Hash hash;
    std::string nonce;
    std::string server_first;
    std::string client_final;
    std::string server_final;
};

/// RFC 5802, section 5, and RFC 7677, section 3. The one of SHA-512 has the messages of RFC 7677; its proof and
/// signature were computed with Python's hashlib.pbkdf2_hmac and hmac.
const Example examples[] = {
    {Hash::sha1, "fyko+d2lbbFgONRv9qkxdawL", "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
     "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {Hash::sha256, "rOprNGfwEbeRWgbNEkqO",
     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    {Hash::sha512, "rOprNGfwEbeRWgbNEkqO",
     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
     "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="},
};

const Example& rfc_7677 = examples[1];

/// A client that has sent its first message.
struct Begun {
    Begun() { static_cast<void>(scram.first(rfc_7677.nonce)); }
    /// One that has proved its password.
    static void prove(Scram& scram) {
        REQUIRE(told(scram.take(rfc_7677.server_first)) == "");
        REQUIRE(answer(scram) == rfc_7677.client_final);
    }
    Scram scram{rfc_7677.hash, "user", Secret("pencil")};
};

}  // namespace

TEST_CASE("the examples of the RFCs, in each hash function") {
    for (const Example& example : examples) {
        Scram scram(example.hash, "user", Secret("pencil"));
        CHECK(text(scram.first(example.nonce)) == "n,,n=user,r=" + example.nonce);
        CHECK(told(scram.take(example.server_first)) == "");
        CHECK(answer(scram) == example.client_final);
        CHECK(told(scram.conclude(example.server_final)) == "");
        CHECK(scram.warning() == "");
    }
}

TEST_CASE("a key longer than the hash function's block is hashed; one iteration is one") {
    // Python: hashlib.pbkdf2_hmac, hmac
    Scram scram(Hash::sha256, "a,b=c", Secret(std::string(200, 'p')));
    CHECK(text(scram.first("abc")) == "n,,n=a=2Cb=3Dc,r=abc");
    CHECK(told(scram.take("r=abcdef,s=QSXCR+Q6sek8bf92,i=1")) == "");
    CHECK(answer(scram) == "c=biws,r=abcdef,p=NY4B28ujdGAMut8GTDdF8Vd37JyomULztvhTx73FgCk=");
    CHECK(told(scram.conclude("v=4tOlkMTFJDqs79eSOEMnJs1yXyZwWMfUrnn9dByqmCI=")) == "");
}

TEST_CASE("the salted password is kept for the next exchange, and made anew for another salt") {
    Begun c;
    Begun::prove(c.scram);
    REQUIRE(told(c.scram.conclude(rfc_7677.server_final)) == "");
    static_cast<void>(c.scram.first(rfc_7677.nonce));
    REQUIRE(told(c.scram.take(rfc_7677.server_first)) == "");
    CHECK(text(c.scram.answer().value()) == rfc_7677.client_final);  // at once
    static_cast<void>(c.scram.first(rfc_7677.nonce));
    REQUIRE(told(c.scram.take("r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=20000")) == "");
    CHECK_FALSE(c.scram.answer());
    static_cast<void>(c.scram.first(rfc_7677.nonce));  // in the middle of it
    Begun::prove(c.scram);
}

TEST_CASE("a server that accepts us without proving itself is refused") {
    const std::string none = "5 accepted us without a proof that it knows the password, so it may be another server";
    const std::string wrong =
        "5 accepted us with a wrong proof that it knows the password, so it may be another server";
    {
        Begun c;
        CHECK(told(c.scram.conclude("")) == none);
    }
    {
        Begun c;
        CHECK(told(c.scram.conclude(rfc_7677.server_final)) == none);  // before our proof
    }
    for (const auto& [data, cause] : {std::pair<std::string, std::string>{"", none},
                                      {"v", none},
                                      {"x=1", none},
                                      {"v=", wrong},
                                      {"v=6rri", wrong},
                                      {"v=!", wrong},
                                      {"v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", wrong},
                                      {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", wrong}}) {
        CAPTURE(data);
        Begun c;
        Begun::prove(c.scram);
        CHECK(told(c.scram.conclude(data)) == cause);
        CHECK(told(c.scram.conclude(rfc_7677.server_final)) == none);  // it is over
    }
}

TEST_CASE("a signature in AUTH has an empty answer, and CONNACK need not repeat it") {
    for (const std::string& again : {std::string(), rfc_7677.server_final}) {
        Begun c;
        Begun::prove(c.scram);
        CHECK(told(c.scram.take(rfc_7677.server_final)) == "");
        CHECK(answer(c.scram) == "");
        CHECK(told(c.scram.conclude(again)) == "");
    }
    Begun c;
    Begun::prove(c.scram);
    CHECK(told(c.scram.take("v=6rri")).starts_with("5 accepted us with a wrong proof"));
}

TEST_CASE("each malformed message of a server breaks the protocol") {
    const struct {
        std::string message;
        std::string cause;
    } rows[] = {
        {"", "9 sent a SCRAM message without a nonce (r=)"},
        {"hello", "9 sent a SCRAM message without a nonce (r=)"},
        {"s=AAAA,r=rOprNGfwEbeRWgbNEkqO1,i=4096", "9 sent a SCRAM message without a nonce (r=)"},
        {"r=", "9 sent a SCRAM nonce (r=) that does not extend ours"},
        {"r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=4096", "9 sent a SCRAM nonce (r=) that does not extend ours"},
        {"r=rOprNGfwEbeRWgbNEkqX1,s=AAAA,i=4096", "9 sent a SCRAM nonce (r=) that does not extend ours"},
        {"r=rOprNGfwEbeRWgbNEkqO\x01,s=AAAA,i=4096", "9 sent a SCRAM nonce (r=) that does not extend ours"},
        {"r=rOprNGfwEbeRWgbNEkqO1", "9 sent a SCRAM message without a usable salt (s=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=,i=4096", "9 sent a SCRAM message without a usable salt (s=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=A,i=4096", "9 sent a SCRAM message without a usable salt (s=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,i=4096", "9 sent a SCRAM message without a usable salt (s=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=0", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=04096", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=-4096", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=4096x", "9 sent a SCRAM message without a usable iteration count (i=)"},
        {"m=ext,r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=4096",
         "7 asks for an extension of SCRAM (m=), which is not supported"},
        {"e=unknown-user", "7 refused the login: unknown-user"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.message);
        Begun c;
        CHECK(told(c.scram.take(row.message)) == row.cause);
    }
    Begun c;
    Begun::prove(c.scram);
    REQUIRE(told(c.scram.take(rfc_7677.server_final)) == "");
    CHECK(told(c.scram.take("more")) == "9 sent a SCRAM message more than the exchange has");
    Scram idle(Hash::sha1, "user", Secret("pencil"));
    CHECK(told(idle.take("r=a,s=AAAA,i=1")) == "9 sent a SCRAM message more than the exchange has");
}

TEST_CASE("what follows the iteration count belongs to extensions that may be ignored") {
    Begun c;
    CHECK(told(c.scram.take(rfc_7677.server_first + ",x=1")) == "");
}

TEST_CASE("an error in place of the signature is the broker's refusal, and a hint names the options") {
    Begun c;
    Begun::prove(c.scram);
    const Result<> refused = c.scram.conclude("e=invalid-proof");
    CHECK(told(refused) == "7 refused the login: invalid-proof");
    CHECK(refused.error().hint == "check --username and --pw");
}

TEST_CASE("few iterations get a warning, and more than anybody needs are refused before any is done") {
    Begun c;
    REQUIRE(told(c.scram.take("r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=4095")) == "");
    CHECK(c.scram.warning() ==
          "the broker keeps the password with 4095 SCRAM iterations, and RFC 7677 demands 4096 at least");
    Begun most;
    CHECK(told(most.scram.take("r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=10000000")) == "");
    CHECK_FALSE(most.scram.answer());
    for (const char* count : {"10000001", "99999999999999999999"}) {
        Begun more;
        CHECK(told(more.scram.take(std::string("r=rOprNGfwEbeRWgbNEkqO1,s=AAAA,i=") + count)) ==
              std::string("7 asks for ") + count + " SCRAM iterations, and more than 10000000 are refused");
    }
}

TEST_CASE("a nonce is never the same, and has no comma") {
    const std::string one = auth::make_nonce();
    CHECK(one.size() == 24);
    CHECK(one.find(',') == one.npos);
    CHECK(one != auth::make_nonce());
}
