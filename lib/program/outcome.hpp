// SPDX-License-Identifier: Apache-2.0
// Reports a failure on standard error. Each function returns the exit status.
#pragma once

#include <exception>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"

namespace mqtts::program {

int report(const Log& log, const Failure& failure, std::string_view host = {});

/// Reports a failure from before there was a connection to look at; --check=json prints its object then, too.
/// `endpoints`: empty if the command line is wrong.
int report_early(const Log& log, const Failure& failure, bool is_json_check,
                 const std::vector<net::Endpoint>& endpoints = {});

/// Reports an exception, which is a fault of ours.
int report_exception(const Log& log, const std::exception& exception, bool is_json_check);

/// Reports how the work ended.
int conclude(const Result<>& result, const Log& log, const cli::Settings& settings);

}  // namespace mqtts::program
