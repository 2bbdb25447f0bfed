// SPDX-License-Identifier: Apache-2.0
// Compiles the part of Asio that is not a template once, instead of in every file that waits for something.
#include <boost/asio/impl/src.hpp>
