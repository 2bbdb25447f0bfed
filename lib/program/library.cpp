// SPDX-License-Identifier: Apache-2.0
// Instead of publish.cpp and subscribe.cpp: has the library do the run.
#include "program/library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "os/os.hpp"
#include "program/outcome.hpp"
#include "program/publish.hpp"
#include "program/subscribe.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace {

constexpr std::string_view from_program = "/" MQTTS_LIBRARY_FROM_PROGRAM;  // from its folder

void* load(const std::string& path) {
    return ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

std::string last_error() {
    const char* const text = ::dlerror();
    return escape(text != nullptr ? text : "unknown error");
}

/// Returns the folder of the program as it was called, where that is no matter of the current directory; else nothing.
std::string folder_as_called() {
    const std::string path = os::path_as_called();
    return path.starts_with('/') ? path.substr(0, path.rfind('/')) : "";
}

Failure unusable(std::string cause) {
    return {Errc::internal, std::move(cause),
            "install mqtts again: its folders bin and lib/mqtts must be of the same release"};
}

/// Loads the library. The dynamic linker knows the folder of the program from /proc, which a chroot may not have.
Result<const Library*> load_library() {
    void* handle = load(std::string("$ORIGIN").append(from_program));
    std::string error = handle == nullptr ? last_error() : "";
    if (const std::string folder = folder_as_called(); handle == nullptr && !folder.empty()) {
        handle = load(folder + std::string(from_program));
        if (handle == nullptr) error = last_error();
    }
    if (handle == nullptr) return unusable("cannot load the library that connects: " + error);
    const auto* const library = static_cast<const Library*>(::dlsym(handle, library_symbol));
    if (library == nullptr) return unusable("cannot use the library that connects: " + last_error());
    if (share_version() != library->version())
        return unusable(fmt::format("the library that connects has version {}, and this program {}",
                                    escape(library->version()), share_version()));
    return library;
}

int run_in_library(Run& run, Runner Library::*runner) {
    const Result<const Library*> library = load_library();
    if (library) return ((*library)->*runner)(run);
    const bool is_json_check = run.settings.diagnosis.check == cli::ReportForm::json;
    return report_early(run.log, library.error(), is_json_check, run.settings.client.endpoints);
}

}  // namespace

int publish(Run& run) {
    return run_in_library(run, &Library::publish);
}

int subscribe(Run& run) {
    return run_in_library(run, &Library::subscribe);
}

}  // namespace mqtts::program
