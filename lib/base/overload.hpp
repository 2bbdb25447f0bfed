// SPDX-License-Identifier: Apache-2.0
// One function object out of several lambdas: for std::visit.
#pragma once

namespace mqtts {

template <class... Handlers>
struct Overload : Handlers... {
    using Handlers::operator()...;
};

/// Of an aggregate, clang works it out by itself from version 17 on.
template <class... Handlers>
Overload(Handlers...) -> Overload<Handlers...>;

}  // namespace mqtts
