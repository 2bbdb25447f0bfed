// SPDX-License-Identifier: Apache-2.0
// Each run ends here without a word, as kill -9 ends it: what the next one finds is all that counts.
#include "program/state_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/captured_log.hpp"
#include "support/file_descriptor.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using program::StateFile;
using test::CapturedLog;
using test::FileDescriptor;
using test::TemporaryDirectory;
using wire::Acknowledgement;
using wire::PacketIdentifier;
using wire::PacketType;

namespace {

struct Folder {
    [[nodiscard]] std::string state() const { return directory.path() + "/state"; }
    [[nodiscard]] std::string output() const { return directory.path() + "/output"; }
    [[nodiscard]] std::string content() const {
        std::ifstream file(output());
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    TemporaryDirectory directory;
};

/// One run of mqtts-sub --state, from here to the end of its block.
class Run {
public:
    /// `identifier`: of -i.
    explicit Run(const Folder& folder, std::string identifier = "", std::string_view output = "")
        : identifier_(std::move(identifier)),
          output_(::open(output.empty() ? folder.output().c_str() : std::string(output).c_str(),
                         O_RDWR | O_CREAT | O_CLOEXEC, 0600)),
          state_(StateFile::open(folder.state(), store::Durability::process, identifier_, output_.get(), log_.log)) {}

    void write(std::string_view text) {
        REQUIRE(::write(output_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    /// What was written is about to be acknowledged.
    void keep(const std::vector<Acknowledgement>& owed = {}) { REQUIRE(state().keep(owed).has_value()); }

    StateFile& state() {
        REQUIRE_MESSAGE(state_.has_value(), (state_ ? "" : state_.error().cause));
        return *state_;
    }
    [[nodiscard]] std::vector<PacketIdentifier> identifiers() {
        const auto identifiers = state().identifiers();
        return {identifiers.begin(), identifiers.end()};
    }
    [[nodiscard]] Failure failure() const {
        REQUIRE(state_.has_error());
        return state_.error();
    }
    [[nodiscard]] const std::string& client_identifier() const { return identifier_; }
    FileDescriptor& output() { return output_; }
    [[nodiscard]] std::string told() { return log_.told(); }

private:
    CapturedLog log_;
    std::string identifier_;
    FileDescriptor output_;
    Result<StateFile> state_;
};

Acknowledgement received(PacketIdentifier identifier) {
    return {.type = PacketType::pubrec, .packet_identifier = identifier};
}

Acknowledgement released(PacketIdentifier identifier) {
    return {.type = PacketType::pubcomp, .packet_identifier = identifier};
}

}  // namespace

TEST_CASE("what was written and not remembered is cut off, and the output goes on behind the rest") {
    const Folder folder;
    {
        Run run(folder);
        run.write("one\n");
        run.keep();
        run.write("two, which nobody acknow");
    }
    {
        Run run(folder);
        run.state();
        CHECK(folder.content() == "one\n");
        run.write("two\n");  // without O_APPEND: at the end
        run.keep();
    }
    Run run(folder);
    run.state();
    CHECK(folder.content() == "one\ntwo\n");
}

TEST_CASE("what was in the output before there was a state stays") {
    const Folder folder;
    folder.directory.write("output", "of long ago\n");
    {
        Run run(folder);
        run.write("one\n");
    }
    {
        Run run(folder);
        run.state();
        CHECK(folder.content() == "of long ago\n");
        run.write("two\n");
    }
    Run run(folder);
    run.state();
    CHECK(folder.content() == "of long ago\n");
}

TEST_CASE("identifiers in use are remembered until they are released") {
    const Folder folder;
    {
        Run run(folder);
        REQUIRE(run.state().connected(false).has_value());
        run.keep({received(5), received(7)});
        run.keep({released(5)});
    }
    {
        Run run(folder);
        CHECK(run.identifiers() == std::vector<PacketIdentifier>{7});
        REQUIRE(run.state().connected(true).has_value());
        CHECK(run.told() == "");
    }
    Run run(folder);
    CHECK(run.identifiers() == std::vector<PacketIdentifier>{7});
}

TEST_CASE("a session that the broker has lost is told, and its identifiers mean nothing") {
    const Folder folder;
    {
        Run run(folder);
        REQUIRE(run.state().connected(false).has_value());
        CHECK(run.told() == "");  // there was none yet
        run.keep({received(5)});
    }
    {
        Run run(folder);
        REQUIRE(run.state().connected(false).has_value());
        CHECK(run.told() == "warning: the broker lost the session of " + folder.state() +
                                ", so messages may be missing or arrive twice");
        run.keep({received(6)});
        REQUIRE(run.state().connected(false).has_value());  // again, in the same run
        CHECK(run.told().starts_with("warning: the broker lost the session"));
    }
    Run run(folder);
    CHECK(run.identifiers().empty());
}

TEST_CASE("each state has a client identifier, which every run goes by") {
    const Folder folder;
    std::string identifier;
    {
        Run run(folder);
        run.state();
        identifier = run.client_identifier();
        CHECK(identifier.size() == 23);
    }
    {
        Run run(folder);
        run.state();
        CHECK(run.client_identifier() == identifier);
    }
    Run same(folder, identifier);
    same.state();
    CHECK(same.client_identifier() == identifier);
}

TEST_CASE("a state is about the session of one client identifier; another one spoils nothing") {
    const Folder folder;
    {
        Run run(folder, "mine");
        run.write("one\n");
        run.keep();
        run.write("two\n");
    }
    {
        const Run run(folder, "yours");
        CHECK(run.failure().code == Errc::store_failed);
        CHECK(one_line(run.failure()) ==
              folder.state() +
                  " belongs to the session of client identifier mine; leave out -i, or begin "
                  "anew with another --state");
        CHECK(folder.content() == "one\ntwo\n");
    }
    Run run(folder, "mine");
    run.state();
    CHECK(folder.content() == "one\n");
}

TEST_CASE("another file than the one that the state is about is not cut") {
    const Folder folder;
    { Run(folder).state(); }
    const std::string other = folder.directory.write("other", "somebody else's\n");
    const Run run(folder, "", other);
    CHECK(run.failure().code == Errc::store_failed);
    CHECK(one_line(run.failure()) == folder.state() +
                                         " belongs to another file than standard output; append to that file, or begin "
                                         "anew with another --state");
    CHECK(std::filesystem::file_size(other) == 16);
}

TEST_CASE("an output that is shorter than it was is not the same one") {
    const Folder folder;
    {
        Run run(folder);
        run.write("one\n");
        run.keep();
    }
    std::filesystem::resize_file(folder.output(), 3);  // as > FILE does, to 0
    const Run run(folder);
    CHECK(run.failure().code == Errc::store_failed);
    CHECK(run.failure().cause.starts_with("standard output has 3 bytes, but " + folder.state() + " recorded 4"));
    CHECK(run.failure().hint.starts_with("append to the file with >>"));
    CHECK(folder.content() == "one");
}

TEST_CASE("an output that cannot be cut back is refused before anything is remembered of it") {
    const Folder folder;
    const CapturedLog log;
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const FileDescriptor reader(ends[0]);
    const FileDescriptor writer(ends[1]);
    std::string identifier;
    const auto state = StateFile::open(folder.state(), store::Durability::process, identifier, writer.get(), log.log);
    REQUIRE(state.has_error());
    CHECK(state.error().code == Errc::bad_option);
    CHECK(one_line(state.error()) == "--state needs a file as standard output; append to a file with >> FILE");
    CHECK(state.error().about == std::vector<std::string>{"--state"});
    CHECK_FALSE(std::filesystem::exists(folder.state()));
    const auto closed = StateFile::open(folder.state(), store::Durability::process, identifier, -1, log.log);
    REQUIRE(closed.has_error());
    CHECK(closed.error().code == Errc::output_failed);
}

TEST_CASE("nothing is acknowledged whose output has gone") {
    const Folder folder;
    Run run(folder);
    run.state();
    run.output().close();
    const Result<> kept = run.state().keep({});
    REQUIRE(kept.has_error());
    CHECK(kept.error().code == Errc::output_failed);
}

TEST_CASE("a state that is in use, or is no file, is refused") {
    const Folder folder;
    Run first(folder);
    first.state();
    {
        const Run second(folder);
        CHECK(second.failure().code == Errc::store_failed);
    }
    const Folder other;
    std::filesystem::create_directory(other.state());
    const Run run(other);
    CHECK(run.failure().code == Errc::store_failed);
}
