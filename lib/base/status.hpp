// SPDX-License-Identifier: Apache-2.0
// The outcome of a step that never blocks: of the TLS engine between its buffers, of the channel at its socket.
#pragma once

namespace mqtts {

enum class Status {
    ok,           // it made progress
    would_block,  // nothing can be done until more bytes, or more room, are there
    closed,       // the peer ended the stream in order: close_notify has come
    failed,       // see failure()
};

}  // namespace mqtts
