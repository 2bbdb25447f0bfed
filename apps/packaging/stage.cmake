# SPDX-License-Identifier: Apache-2.0
# Run by cpack where it has installed everything, before it makes a package of it.
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE programs ${CPACK_TEMPORARY_DIRECTORY}/mqtts-pub)
list(FILTER programs INCLUDE REGEX "/bin/mqtts-pub$")
cmake_path(GET programs PARENT_PATH folder)
cmake_path(GET folder PARENT_PATH prefix)
set(documents ${prefix}/share/doc/mqtts)

# gzip -n: the same bytes whenever it is done.
function(compress)
    execute_process(COMMAND gzip -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The licences of what is linked in, as Debian has them: some must go with the programs.
if(CPACK_MQTTS_STATIC_OPENSSL)
    set(licences "")
    foreach(library libssl-dev libre2-dev libabsl-dev libfmt-dev libsqlite3-dev libboost*-dev zlib1g-dev libzstd-dev libstdc++6)
        file(GLOB found /usr/share/doc/${library}/copyright)
        foreach(copyright ${found})
            file(READ ${copyright} text)
            string(SHA256 digest "${text}")
            if(NOT digest IN_LIST licences)  # the packages of Boost have the same one
                list(APPEND licences ${digest})
                file(APPEND ${documents}/THIRD-PARTY "---- ${copyright}\n\n${text}\n")
            endif()
        endforeach()
    endforeach()
endif()

if(CPACK_GENERATOR STREQUAL DEB)
    set(debian ${CPACK_MQTTS_SOURCE_DIR}/apps/packaging/debian)
    file(GLOB pages ${prefix}/share/man/man1/*.1 ${prefix}/share/man/man7/*.7)
    compress(${pages})
    file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
    file(COPY_FILE ${debian}/changelog ${documents}/changelog.Debian)
    compress(${documents}/changelog ${documents}/changelog.Debian)
    file(REMOVE ${documents}/LICENSE)  # copyright says where each Debian system has it
    file(COPY_FILE ${debian}/copyright ${documents}/copyright)
    if(CPACK_MQTTS_STATIC_OPENSSL)
        file(MAKE_DIRECTORY ${prefix}/share/lintian/overrides)
        file(COPY_FILE ${CPACK_MQTTS_SOURCE_DIR}/apps/packaging/lintian-overrides ${prefix}/share/lintian/overrides/mqtts)
    endif()
elseif(CPACK_GENERATOR STREQUAL RPM AND EXISTS ${prefix}/share/zsh/vendor-completions)
    file(RENAME ${prefix}/share/zsh/vendor-completions ${prefix}/share/zsh/site-functions)
endif()
