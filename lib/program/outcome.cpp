// SPDX-License-Identifier: Apache-2.0
#include "program/outcome.hpp"

#include <fmt/format.h>

#include <string>

#include "os/standard_descriptors.hpp"
#include "program/check_failure.hpp"
#include "program/inherited.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace {

/// Returns the broker that an error was about, "host:port"; empty: it was about no broker, or about one of several.
std::string host_of(const Failure& failure, const std::vector<net::Endpoint>& endpoints) {
    const bool is_local = exit_status(failure.code) < exit_status(Errc::name_not_found);
    return is_local || endpoints.size() > 1 ? "" : escape(to_string(endpoints.front()));
}

}  // namespace

int report(const Log& log, const Failure& failure, std::string_view host) {
    log.error(failure, host);
    return exit_status(failure.code);
}

int report_early(const Log& log, const Failure& failure, bool is_json_check,
                 const std::vector<net::Endpoint>& endpoints) {
    const std::string server = endpoints.empty() ? "" : escape(to_string(endpoints.front()));
    if (is_json_check) static_cast<void>(os::print(check_failure(server, failure)));  // the failure decides the status
    return report(log, failure);
}

int report_exception(const Log& log, const std::exception& exception, bool is_json_check) {
    return report_early(log, {Errc::internal, fmt::format("internal error: {}", exception.what())}, is_json_check);
}

int conclude(const Result<>& result, const Log& log, const cli::Settings& settings) {
    if (result) return 0;
    const Failure failure = with_origins(result.error(), settings);
    return report(log, failure, host_of(failure, settings.client.endpoints));
}

}  // namespace mqtts::program
