// The main function of every test program. The precompiled header has had doctest's first half: what both halves need
// is defined for the second one.
#define DOCTEST_CONFIG_IMPLEMENT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
