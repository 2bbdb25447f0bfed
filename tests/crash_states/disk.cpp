// SPDX-License-Identifier: Apache-2.0
#include "crash_states/disk.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace mqtts::test::crash {

namespace {

/// The node, to be changed; shared with another disk until now.
Node& own(Nodes& nodes, std::size_t number) {
    auto copy = std::make_shared<Node>(*nodes[number]);
    Node& node = *copy;
    nodes[number] = std::move(copy);
    return node;
}

void write_into(Node& file, std::size_t offset, std::string_view bytes) {
    const std::size_t end = offset + bytes.size();
    if (file.bytes.size() < end) file.bytes.resize(end);
    file.bytes.replace(offset, bytes.size(), bytes);
    file.size = std::max(file.size, end);
}

bool is_shared_memory(const std::string& name) {
    return name.ends_with("-shm");
}

void change_name(Node& directory, const Change& change) {
    if (change.call == Call::unlink || change.call == Call::rename) {
        // Only if the name still leads there: a removal that comes late does not hit another file.
        const auto before = directory.names.find(change.name);
        if (before != directory.names.end() && before->second == change.leads_to) directory.names.erase(before);
    }
    if (change.call == Call::unlink) return;
    const std::string& name = change.call == Call::rename ? change.other_name : change.name;
    if (!is_shared_memory(name)) directory.names[name] = change.leads_to;
}

/// Does a part of the change, or all of it.
void do_change(Node& node, const Change& change, std::size_t begin, std::size_t end) {
    switch (change.call) {
        case Call::write:
            if (begin != end)
                write_into(node, change.offset + begin, {change.bytes.data() + begin, end - begin});
            else
                node.size = std::max(node.size, change.offset + change.bytes.size());
            return;
        case Call::truncate:
            node.size = change.offset;
            if (node.bytes.size() > node.size) node.bytes.resize(node.size);
            return;
        case Call::allocate:
            node.size = std::max(node.size, change.offset);
            return;
        default:
            change_name(node, change);
    }
}

void do_all(Node& node, const Change& change) {
    do_change(node, change, 0, change.bytes.size());
}

}  // namespace

Disk::Disk(std::uint64_t root, Forgotten forgotten) : forgotten_(forgotten) {
    now_.push_back(std::make_shared<Node>(Node{.kind = Kind::directory}));
    safe_ = now_;
    by_inode_[root] = 0;
}

bool Disk::apply(const Record& record) {
    if (record.call == Call::sync) return sync(record);
    Change made{.call = record.call};
    if (!change(record, made)) return false;
    do_all(own(now_, made.node), made);
    pending_.push_back(std::move(made));
    return true;
}

bool Disk::change(const Record& record, Change& made) {
    switch (record.call) {
        case Call::create_file:
        case Call::create_directory:
        case Call::create_socket:
            return create(record, made);
        case Call::link:
        case Call::unlink:
        case Call::rename:
            return change_names(record, made);
        case Call::write:
        case Call::truncate:
        case Call::allocate:
            return change_bytes(record, made);
        default:
            return false;
    }
}

bool Disk::create(const Record& record, Change& made) {
    const auto directory = by_inode_.find(record.directory);
    if (directory == by_inode_.end()) return false;
    Node node;
    if (record.call != Call::create_file)
        node.kind = record.call == Call::create_socket ? Kind::socket : Kind::directory;
    by_inode_[record.inode] = now_.size();
    made.node = directory->second;
    made.name = record.name;
    made.leads_to = now_.size();
    made.text = "create " + path_of(made.node) + '/' + record.name;
    now_.push_back(std::make_shared<Node>(node));
    safe_.push_back(now_.back());
    return true;
}

bool Disk::change_names(const Record& record, Change& made) {
    const auto directory = by_inode_.find(record.directory);
    if (directory == by_inode_.end()) return false;
    made.node = directory->second;
    made.name = record.name;
    made.other_name = record.other_name;
    const std::string path = path_of(made.node) + '/' + record.name;
    if (record.call == Call::link) {
        made.leads_to = by_inode_.at(record.inode);
        made.text = "link " + path;
        return true;
    }
    made.leads_to = now_[made.node]->names.at(record.name);
    made.text = (record.call == Call::unlink ? "unlink " : "rename ") + path;
    if (record.call == Call::rename) {
        if (record.inode != record.directory) throw std::logic_error("a rename to another directory has no model");
        made.text += " to " + record.other_name;
    }
    return true;
}

bool Disk::change_bytes(const Record& record, Change& made) {
    const auto file = by_inode_.find(record.inode);
    if (file == by_inode_.end()) return false;
    made.node = file->second;
    made.offset = record.offset;
    made.bytes = record.bytes;
    const char* const what = record.call == Call::write      ? "write "
                             : record.call == Call::truncate ? "truncate "
                                                             : "allocate ";
    made.text = what + path_of(made.node) + ' ' + std::to_string(record.offset);
    if (record.call == Call::write) made.text += '+' + std::to_string(record.bytes.size());
    return true;
}

bool Disk::sync(const Record& record) {
    const auto node = by_inode_.find(record.inode);
    if (node == by_inode_.end()) return false;
    const bool is_directory = now_[node->second]->kind == Kind::directory;
    if (forgotten_ == (is_directory ? Forgotten::directories : Forgotten::files)) return false;
    const auto is_of_node = [&](const Change& change) { return change.node == node->second; };
    if (std::ranges::none_of(pending_, is_of_node)) return false;
    Node& safe = own(safe_, node->second);
    for (const Change& change : pending_)
        if (is_of_node(change)) do_all(safe, change);
    std::erase_if(pending_, is_of_node);
    return true;
}

std::vector<Piece> Disk::pieces() const {
    std::vector<Piece> pieces;
    for (std::size_t number = 0; number < pending_.size(); ++number) {
        const Change& change = pending_[number];
        const std::size_t end = change.offset + change.bytes.size();
        const bool has_size = change.bytes.empty() || end > safe_[change.node]->size;
        if (has_size) pieces.push_back({.change = number});
        for (std::size_t at = change.offset; at < end && !change.bytes.empty();) {
            const std::size_t next = std::min(end, (at / sector + 1) * sector);
            pieces.push_back({.change = number, .begin = at - change.offset, .end = next - change.offset});
            at = next;
        }
    }
    return pieces;
}

Nodes Disk::after_power_loss(const std::vector<Piece>& pieces, const std::vector<bool>& landed) const {
    Nodes nodes = safe_;
    std::map<std::size_t, Node*> changed;
    for (std::size_t number = 0; number < pieces.size(); ++number) {
        if (!landed[number]) continue;
        const Change& change = pending_[pieces[number].change];
        Node*& node = changed[change.node];
        if (node == nullptr) node = &own(nodes, change.node);
        do_change(*node, change, pieces[number].begin, pieces[number].end);
    }
    return nodes;
}

/// The first path that leads there, for people.
std::string Disk::path_of(std::size_t node) const {
    if (node == 0) return ".";
    for (std::size_t above = 0; above < now_.size(); ++above)
        for (const auto& [name, leads_to] : now_[above]->names)
            if (leads_to == node) return path_of(above) + '/' + name;
    return "(removed)";
}

}  // namespace mqtts::test::crash
