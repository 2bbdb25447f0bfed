// SPDX-License-Identifier: Apache-2.0
// Loaded into a program with LD_PRELOAD: writes a byte to the file that MQTTS_TEST_EXCEPTIONS names for each exception
// that is thrown, or thrown on. Both begin with the same call of the library that unwinds the stack.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

extern "C" int _Unwind_RaiseException(void* exception) {
    using Raise = int (*)(void*);
    static const auto raise = reinterpret_cast<Raise>(::dlsym(RTLD_NEXT, "_Unwind_RaiseException"));
    const char* const path = std::getenv("MQTTS_TEST_EXCEPTIONS");
    const int file = path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0 && (::write(file, "x", 1) != 1 || ::close(file) != 0)) std::abort();
    return raise(exception);
}
