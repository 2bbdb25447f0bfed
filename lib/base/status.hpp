// SPDX-License-Identifier: Apache-2.0
// The outcome of a step that never blocks, of the TLS engine or of the channel.
#pragma once

namespace mqtts {

enum class Status {
    ok,           // it made progress
    would_block,  // it needs more bytes, or more room
    closed,       // the peer ended the stream with close_notify
    failed,       // see failure()
};

}  // namespace mqtts
