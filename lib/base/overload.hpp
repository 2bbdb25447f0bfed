// SPDX-License-Identifier: Apache-2.0
// Makes one function object from several lambdas, for std::visit.
#pragma once

namespace mqtts {

template <class... Handlers>
struct Overload : Handlers... {
    using Handlers::operator()...;
};

/// Deduces the types. clang needs no guide for an aggregate from version 17 on.
template <class... Handlers>
Overload(Handlers...) -> Overload<Handlers...>;

}  // namespace mqtts
