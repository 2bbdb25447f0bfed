#include "stream/format.hpp"

namespace mqtts::stream {

Formatter::Formatter(const FormatSettings& settings) {
    if (settings.verbose) steps_ = {Step::topic_name, Step::space};
    steps_.push_back(Step::payload);
    if (settings.end_of_line) steps_.push_back(Step::newline);

    const bool empty_is_printed = settings.verbose && settings.end_of_line;
    if (empty_is_printed) empty_steps_ = {Step::topic_name, Step::space, Step::null, Step::newline};
}

void Formatter::format(Buffer& to, const wire::Publish& message) const {
    for (const Step step : message.payload.empty() ? empty_steps_ : steps_) {
        switch (step) {
            case Step::topic_name:
                to.append(message.topic_name);
                break;
            case Step::space:
                to.append(" ");
                break;
            case Step::payload:
                to.append(message.payload);
                break;
            case Step::null:
                to.append("(null)");
                break;
            case Step::newline:
                to.append("\n");
                break;
        }
    }
}

}  // namespace mqtts::stream
