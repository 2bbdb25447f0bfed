// SPDX-License-Identifier: Apache-2.0
// mqtts-bench-delay: a long or slow way between a client and a port of this machine. Each byte arrives some time later,
// and at a limited rate, in both directions; connecting takes no time.
//
//     mqtts-bench-delay --to PORT [--microseconds N] [--megabits N]
//
// --microseconds  one way, 10000
// --megabits      a second; without it as many as there are
//
// Writes its own port to standard output and serves any number of clients. A client that begins does not wait for the
// last bytes of one that has ended.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <string>
#include <thread>

#include "bench/arguments.hpp"
#include "bench/connect_to.hpp"
#include "os/os.hpp"
#include "support/listener.hpp"

namespace {

using namespace mqtts;
using Clock = std::chrono::steady_clock;

struct Way {
    std::chrono::microseconds delay{};
    std::uint64_t megabits = 0;  // a second; 0: no limit

    [[nodiscard]] Clock::duration time_for(std::size_t bytes) const {
        if (megabits == 0) return {};
        return std::chrono::nanoseconds(bytes * 8 * 1000 / megabits);
    }
};

/// One direction. An empty piece is the end. What has not left yet fills the sender's queue, and then its kernel's.
class Line {
public:
    Line(int from, int to, Way way) : from_(from), to_(to), way_(way) {}

    [[nodiscard]] bool is_over() const noexcept { return over_; }
    [[nodiscard]] int source() const noexcept {
        const bool is_full = left_by_ - Clock::now() > way_.time_for(queue);
        return ended_ || is_full ? -1 : from_;
    }

    void receive() {
        std::array<char, 65536> buffer;
        // A slow way is cut into packets, so that the first bytes need not wait for the last.
        const std::size_t most = way_.megabits == 0 ? buffer.size() : packet;
        const auto count = ::recv(from_, buffer.data(), most, 0);
        ended_ = count <= 0;
        const std::size_t size = ended_ ? 0 : static_cast<std::size_t>(count);
        left_by_ = std::max(left_by_, Clock::now()) + way_.time_for(size);
        pieces_.push_back({left_by_ + way_.delay, std::string(buffer.data(), size)});
    }

    void send_what_is_due() {
        for (; !pieces_.empty() && pieces_.front().due <= Clock::now(); pieces_.pop_front()) {
            const std::string& bytes = pieces_.front().bytes;
            if (bytes.empty()) {
                ::shutdown(to_, SHUT_WR);
                over_ = true;
            } else {
                static_cast<void>(os::send(to_, bytes));
            }
        }
    }

    /// Returns when there is something to do: a piece arrives, or there is room in the queue again.
    [[nodiscard]] Clock::time_point next() const {
        const auto room =
            ended_ || source() >= 0 ? Clock::now() + std::chrono::seconds(1) : left_by_ - way_.time_for(queue);
        return pieces_.empty() ? room : std::min(room, pieces_.front().due);
    }

private:
    static constexpr std::size_t packet = 1460;
    static constexpr std::size_t queue = std::size_t{128} * 1024;

    struct Piece {
        Clock::time_point due;
        std::string bytes;
    };
    int from_;
    int to_;
    Way way_;
    Clock::time_point left_by_;  // everything received so far will have left by then
    std::deque<Piece> pieces_;
    bool ended_ = false;
    bool over_ = false;
};

void pass_on(int client, int server, const Way& way) {
    Line up(client, server, way);
    Line down(server, client, way);
    while (!up.is_over() || !down.is_over()) {
        fd_set readable;
        FD_ZERO(&readable);
        for (const int source : {up.source(), down.source()})
            if (source >= 0) FD_SET(source, &readable);
        const Clock::duration wait = std::max(std::min(up.next(), down.next()) - Clock::now(), Clock::duration::zero());
        const auto whole = std::chrono::floor<std::chrono::seconds>(wait);
        const timespec limit{.tv_sec = whole.count(), .tv_nsec = (wait - whole).count()};
        if (::pselect(std::max(client, server) + 1, &readable, nullptr, nullptr, &limit, nullptr) > 0) {
            if (FD_ISSET(client, &readable)) up.receive();
            if (FD_ISSET(server, &readable)) down.receive();
        }
        up.send_what_is_due();
        down.send_what_is_due();
    }
}

/// Nothing but the way keeps a byte back: small pieces do not wait for acknowledgements of earlier ones.
void serve(const test::FileDescriptor& client, const std::string& port, const Way& way) {
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    try {
        const test::FileDescriptor server = bench::connect_to("localhost", port);
        pass_on(client.get(), server.get(), way);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mqtts-bench-delay: %s\n", error.what());
    }
}

}  // namespace

int main(int count, char** values) {
    try {
        const bench::Arguments arguments(count, values);
        const test::Listener listener;
        std::printf("%u\n", static_cast<unsigned>(listener.port()));
        std::fflush(stdout);
        const std::string port = arguments.text("--to");
        const Way way{.delay = std::chrono::microseconds(arguments.number("--microseconds", 10'000)),
                      .megabits = arguments.number("--megabits", 0)};
        for (;;)
            std::thread(serve, listener.accept(), port, way).detach();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mqtts-bench-delay: %s\n", error.what());
        return 1;
    }
}
