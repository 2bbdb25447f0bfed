// SPDX-License-Identifier: Apache-2.0
// The part of Asio that is no template, compiled once instead of in every file that waits for something.
#include <boost/asio/impl/src.hpp>
