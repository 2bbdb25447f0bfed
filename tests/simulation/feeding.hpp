// SPDX-License-Identifier: Apache-2.0
// What a seed decides about the way in which the input comes to the publisher: it is there from the beginning, it is a
// file, or it comes through a pipe, in pieces. File and pipe are real ones, but nobody ever waits for them: all that a
// pipe will have at a moment of the virtual time is in it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/sizes.hpp"
#include "client/publisher.hpp"
#include "os/open_file.hpp"
#include "simulation/clock.hpp"
#include "simulation/random.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::simulation {

struct Plan;
class Network;

struct Feeding {
    enum class From : std::uint8_t { memory, file, pipe };

    static constexpr std::size_t held = sizes::read_at_once;  // a larger file need not be

    From from = From::memory;
    std::uint32_t longest_gap = 0;    // milliseconds between two pieces
    std::uint32_t largest_piece = 1;  // bytes, more if there would be very many pieces
};

/// Draws it for a plan that is complete otherwise.
void draw_feeding(Plan& plan);
/// A line, or nothing.
[[nodiscard]] std::string to_text(const Feeding& feeding);

/// The input of one run.
class Feed final : public Actor {
public:
    Feed(Network& network, const boost::asio::any_io_executor& executor, std::string content);
    ~Feed();

    /// Returns what a publisher reads. Call it once.
    [[nodiscard]] client::PublishSource source(const record::FramingSettings& framing);
    [[nodiscard]] std::size_t size() const noexcept { return content_.size(); }
    void act(std::uint32_t what, std::uint64_t number) override;

private:
    void open(client::PublishSource& source);
    void open_pipe(const std::string& path);

    Network& network_;
    boost::asio::any_io_executor executor_;
    const std::string content_;
    Random random_;
    std::optional<test::TemporaryDirectory> directory_;
    std::optional<os::OpenFile> pipe_;  // where it is written
    std::size_t written_ = 0;
};

}  // namespace mqtts::simulation
