# SPDX-License-Identifier: Apache-2.0
# One release, said in several places. Arguments: SOURCE, VERSION.
function(expect file pattern)
    file(READ ${SOURCE}/${file} text)
    if(NOT text MATCHES "${pattern}")
        message(SEND_ERROR "${file} does not begin with version ${VERSION}: ${pattern}")
    endif()
endfunction()

string(REPLACE "." "\\." version ${VERSION})

# The newest release is the first one; what is not released yet may be before it.
file(READ ${SOURCE}/CHANGELOG.md text)
string(REGEX MATCHALL "\n## [^\n]*" headings "\n${text}")
list(GET headings 0 newest)
if(newest STREQUAL "\n## [Unreleased]")
    list(GET headings 1 newest)
endif()
if(NOT text MATCHES "^# " OR NOT newest MATCHES "^\n## \\[${version}\\] - 20")
    message(SEND_ERROR "the newest release in CHANGELOG.md is not ${VERSION}, but: ${newest}")
endif()
expect(apps/packaging/debian/changelog "^mqtts \\(${version}-[0-9]+\\) ")
