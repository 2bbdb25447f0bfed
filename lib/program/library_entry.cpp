// SPDX-License-Identifier: Apache-2.0
// What the shared library shows: one symbol, by name, to dlsym.
#include <exception>

#include "program/library.hpp"
#include "program/outcome.hpp"
#include "program/publish.hpp"
#include "program/subscribe.hpp"

namespace mqtts::program {

namespace {

const char* version() {
    return share_version().c_str();
}

/// The program has a C++ library of its own, which does not count the exceptions of this one: none leaves it.
template <Runner runner>
int guarded(Run& run) {
    try {
        return runner(run);
    } catch (const std::exception& exception) {
        return report_exception(run.log, exception, run.settings.diagnosis.check == cli::ReportForm::json);
    }
}

}  // namespace

}  // namespace mqtts::program

extern "C" {
extern const mqtts::program::Library mqtts_library;  // or it would be of this file alone
const mqtts::program::Library mqtts_library = {mqtts::program::version,
                                               mqtts::program::guarded<mqtts::program::publish>,
                                               mqtts::program::guarded<mqtts::program::subscribe>};
}
