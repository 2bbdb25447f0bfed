// SPDX-License-Identifier: Apache-2.0
#include "crash_states/tree.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "os/os.hpp"
#include "support/file_descriptor.hpp"

namespace mqtts::test::crash {

namespace {

namespace fs = std::filesystem;

void demand(bool success, const std::string& path) {
    if (!success) throw std::system_error(errno, std::generic_category(), path);
}

void write_file(const Node& node, const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    demand(file.is_open(), path);
    demand(::write(file.get(), node.bytes.data(), node.bytes.size()) == static_cast<ssize_t>(node.bytes.size()), path);
    if (node.size != node.bytes.size()) demand(::ftruncate(file.get(), static_cast<off_t>(node.size)) == 0, path);
}

void make_socket(const std::string& path) {
    sockaddr_un address{};
    const socklen_t size = os::local_address(path, address);
    const FileDescriptor socket(os::make_socket(AF_UNIX, SOCK_STREAM));
    demand(size != 0 && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0, path);
}

void fill(const Nodes& nodes, std::size_t number, const std::string& directory, const std::optional<KeptFile>& kept) {
    for (const auto& [name, leads_to] : nodes[number]->names) {
        const std::string path = directory + '/' + name;
        const Node& node = *nodes[leads_to];
        if (node.kind == Kind::directory) {
            demand(::mkdir(path.c_str(), 0700) == 0, path);
            fill(nodes, leads_to, path, kept);
        } else if (node.kind == Kind::socket) {
            make_socket(path);
        } else {
            if (kept && kept->node == leads_to) demand(::link(kept->path.c_str(), path.c_str()) == 0, path);
            write_file(node, path);
        }
    }
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string difference_of(const Node& node, const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return path + " is missing";
    const Kind kind = S_ISDIR(status.st_mode) ? Kind::directory : S_ISSOCK(status.st_mode) ? Kind::socket : Kind::file;
    if (kind != node.kind) return path + " is of another kind";
    if (kind != Kind::file) return {};
    std::string bytes = node.bytes;
    bytes.resize(node.size);
    return bytes == content_of(path) ? "" : path + " has other bytes";
}

std::string difference_below(const Nodes& nodes, std::size_t number, const std::string& directory) {
    std::set<std::string> names;
    for (const auto& [name, leads_to] : nodes[number]->names) {
        const std::string path = directory + '/' + name;
        std::string found = difference_of(*nodes[leads_to], path);
        if (found.empty()) found = difference_below(nodes, leads_to, path);
        if (!found.empty()) return found;
        names.insert(name);
    }
    if (nodes[number]->kind != Kind::directory) return {};
    for (const auto& entry : fs::directory_iterator(directory))
        if (!names.contains(entry.path().filename().string())) return entry.path().string() + " is too many";
    return {};
}

}  // namespace

void lay_out(const Nodes& nodes, const std::string& directory, const std::optional<KeptFile>& kept) {
    for (const auto& entry : fs::directory_iterator(directory))
        fs::remove_all(entry.path());
    fill(nodes, 0, directory, kept);
}

std::string difference(const Nodes& nodes, const std::string& directory) {
    return difference_below(nodes, 0, directory);
}

}  // namespace mqtts::test::crash
