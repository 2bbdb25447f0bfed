# SPDX-License-Identifier: Apache-2.0
# One release, said in several places. Arguments: SOURCE, VERSION.
function(expect file pattern)
    file(READ ${SOURCE}/${file} text)
    if(NOT text MATCHES "${pattern}")
        message(SEND_ERROR "${file} does not begin with version ${VERSION}: ${pattern}")
    endif()
endfunction()

string(REPLACE "." "\\." version ${VERSION})
expect(man/mqtts-pub.1 "\n\\.Os mqtts ${version}\n")
expect(man/mqtts-sub.1 "\n\\.Os mqtts ${version}\n")
expect(CHANGELOG.md "^# [^#]*\n## \\[${version}\\] - 20")  # the newest stands first
expect(apps/packaging/debian/changelog "^mqtts \\(${version}-[0-9]+\\) ")
