// SPDX-License-Identifier: Apache-2.0
#include "support/pipe.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <deque>
#include <string>
#include <system_error>

#include "os/os.hpp"

namespace mqtts::test {

namespace {

/// What was read and is to be written, in the pieces in which it came.
class Kept {
public:
    [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }

    /// False: there is no more to come.
    bool take(int from) {
        std::array<char, 65536> piece{};
        const ssize_t count = ::read(from, piece.data(), piece.size());
        if (count <= 0) return count < 0 && errno == EINTR;
        pieces_.emplace_back(piece.data(), static_cast<std::size_t>(count));
        return true;
    }

    void hand_on(int to) {
        const std::string& first = pieces_.front();
        const ssize_t count = ::write(to, first.data() + written_, first.size() - written_);
        if (count <= 0) return;
        written_ += static_cast<std::size_t>(count);
        if (written_ < first.size()) return;
        pieces_.pop_front();
        written_ = 0;
    }

private:
    std::deque<std::string> pieces_;
    std::size_t written_ = 0;  // of the first
};

void hand_on_all(FileDescriptor from, const FileDescriptor& to) {
    Kept kept;
    while (from.is_open() || !kept.empty()) {
        const short wanted = kept.empty() ? 0 : POLLOUT;
        std::array<pollfd, 2> ends{{{from.get(), POLLIN, 0}, {to.get(), wanted, 0}}};
        if (::poll(ends.data(), ends.size(), -1) < 0) continue;
        if ((ends[1].revents & (POLLERR | POLLHUP)) != 0) return;  // nobody reads any more
        if ((ends[1].revents & POLLOUT) != 0) kept.hand_on(to.get());
        if (ends[0].revents != 0 && !kept.take(from.get())) from.close();
    }
}

}  // namespace

PipeEnds make_pipe() {
    std::array<int, 2> ends{};
    if (!os::make_pipe(ends)) throw std::system_error(errno, std::generic_category(), "pipe");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Relay::Relay(FileDescriptor& end) {
    PipeEnds pipe = make_pipe();
    if (::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "fcntl");
    std::swap(end, pipe.read);
    thread_ = std::thread(
        [from = std::move(pipe.read), to = std::move(pipe.write)]() mutable { hand_on_all(std::move(from), to); });
}

}  // namespace mqtts::test
