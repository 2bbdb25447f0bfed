// SPDX-License-Identifier: Apache-2.0
#include "program/open_spool.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "cli/unique.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

Result<store::Spool> open_spool(const std::string& directory, std::string& client_identifier) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
        return Failure(Errc::store_failed, fmt::format("--spool: {} is not a directory", escape(directory)),
                       "give a directory", {"--spool"});
    Result<store::Spool> spool = store::Spool::open(directory, store::Durability::machine);
    if (!spool) return spool;
    const std::string& own = spool->client_identifier();
    if (client_identifier.empty()) client_identifier = own.empty() ? cli::random_client_identifier() : own;
    if (client_identifier == own) return spool;
    if (spool->size() != 0)
        return Failure(Errc::store_failed,
                       fmt::format("{} contains messages of the client identifier {}", escape(directory), escape(own)),
                       "deliver them first, without -i", {directory});
    if (auto named = spool->set_client_identifier(client_identifier); !named) return named.error();
    return spool;
}

}  // namespace mqtts::program
