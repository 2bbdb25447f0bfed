// SPDX-License-Identifier: Apache-2.0
#include "simulation/feeding.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include "simulation/network.hpp"

namespace mqtts::simulation {

using From = Feeding::From;

namespace {

constexpr std::size_t most_pieces = 100;  // roughly

}  // namespace

void draw_feeding(Plan& plan) {
    Random random(plan.seed ^ 0x6665'6564'696E'67);
    const Publishing& out = plan.publishing;
    if (!random.one_in(plan.whole.on ? 2 : 16) || plan.keeping.on || out.fetched || out.early) return;
    const bool is_large = plan.whole.on && plan.whole.size > Feeding::held;
    plan.feeding.from = is_large ? From::file : random.of({From::file, From::pipe, From::pipe});
    if (plan.feeding.from == From::file) return;
    plan.feeding.longest_gap = random.of({0U, 5U, 500U, 3'000U});
    plan.feeding.largest_piece = random.of({1U, 7U, 100U, 4'096U});
}

std::string to_text(const Feeding& feeding) {
    if (feeding.from == From::memory) return {};
    if (feeding.from == From::file) return "the input is a file\n";
    return fmt::format("the input comes through a pipe, in pieces of up to {} bytes, gaps of up to {} ms\n",
                       feeding.largest_piece, feeding.longest_gap);
}

Feed::Feed(Network& network, const boost::asio::any_io_executor& executor, std::string content)
    : network_(network),
      executor_(executor),
      content_(std::move(content)),
      random_(network.plan.seed ^ 0x7069'6563'6573) {}

Feed::~Feed() {
    network_.clock.forget(*this);
}

client::PublishSource Feed::source(const record::FramingSettings& framing) {
    client::PublishSource source{.framer = record::Framer(framing), .input = std::nullopt};
    if (network_.plan.feeding.from == From::memory)
        source.framer.input().append(content_);
    else
        open(source);
    return source;
}

void Feed::open(client::PublishSource& source) {
    std::string path;
    directory_.emplace();
    if (network_.plan.feeding.from == From::pipe) {
        path = directory_->path() + "/pipe";
        open_pipe(path);
    } else {
        path = directory_->write("file", content_);
    }
    Result<stream::Input> input = stream::Input::open(executor_, path);
    if (!input) return network_.witness.broken(Invariant::content, "the input cannot be opened");
    source.input.emplace(std::move(*input));
    if (pipe_) act(0, 0);  // a reader must have come before the end
}

void Feed::open_pipe(const std::string& path) {
    if (::mkfifo(path.c_str(), 0600) != 0) return network_.witness.broken(Invariant::content, "a pipe cannot be made");
    pipe_.emplace(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
}

/// Writes the next piece, as far as the pipe has room, or ends the input.
void Feed::act(std::uint32_t, std::uint64_t) {
    const Feeding& feeding = network_.plan.feeding;
    const std::string_view rest = std::string_view(content_).substr(written_);
    if (rest.empty()) return pipe_.reset();
    const auto largest = std::max<std::size_t>(feeding.largest_piece, content_.size() / most_pieces);
    const std::string_view piece = rest.substr(0, random_.between(1, static_cast<std::uint32_t>(largest)));
    const ssize_t count = ::write(pipe_->get(), piece.data(), piece.size());
    if (count < 0 && errno != EAGAIN) return network_.witness.broken(Invariant::content, "a pipe cannot be written");
    written_ += count < 0 ? 0 : static_cast<std::size_t>(count);
    constexpr std::uint32_t shortest_gap = 1;  // a full pipe gets room only by then
    network_.clock.at(
        network_.clock.now() + std::chrono::milliseconds(shortest_gap + random_.below(feeding.longest_gap + 1)), *this,
        0);
}

}  // namespace mqtts::simulation
