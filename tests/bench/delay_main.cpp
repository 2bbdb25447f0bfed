// SPDX-License-Identifier: Apache-2.0
// mqtts-bench-delay: passes bytes on between a client and a port of this machine, each byte so many milliseconds later,
// in both directions; connecting takes no time.
//
//     mqtts-bench-delay --to PORT [--milliseconds N]
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
using std::chrono::milliseconds;

/// One direction. An empty piece is the end.
class Line {
public:
    Line(int from, int to, milliseconds delay) : from_(from), to_(to), delay_(delay) {}

    [[nodiscard]] bool is_over() const noexcept { return over_; }
    [[nodiscard]] int source() const noexcept { return ended_ ? -1 : from_; }

    void receive() {
        std::array<char, 65536> buffer;
        const auto count = ::recv(from_, buffer.data(), buffer.size(), 0);
        ended_ = count <= 0;
        pieces_.push_back({Clock::now() + delay_, std::string(buffer.data(), ended_ ? 0 : std::size_t(count))});
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

    [[nodiscard]] Clock::time_point next() const {
        return pieces_.empty() ? Clock::now() + std::chrono::seconds(1) : pieces_.front().due;
    }

private:
    struct Piece {
        Clock::time_point due;
        std::string bytes;
    };
    int from_;
    int to_;
    milliseconds delay_;
    std::deque<Piece> pieces_;
    bool ended_ = false;
    bool over_ = false;
};

void pass_on(int client, int server, milliseconds delay) {
    Line up(client, server, delay);
    Line down(server, client, delay);
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

/// Nothing but the delay keeps a byte back: small pieces do not wait for acknowledgements of earlier ones.
void serve(const test::FileDescriptor& client, const std::string& port, milliseconds delay) {
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    try {
        const test::FileDescriptor server = bench::connect_to("localhost", port);
        pass_on(client.get(), server.get(), delay);
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
        const milliseconds delay(arguments.number("--milliseconds", 10));
        for (;;)
            std::thread(serve, listener.accept(), port, delay).detach();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mqtts-bench-delay: %s\n", error.what());
        return 1;
    }
}
