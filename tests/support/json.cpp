// SPDX-License-Identifier: Apache-2.0
// Boost.JSON itself, for the tests that read what is printed as JSON.
#include <boost/json/src.hpp>
