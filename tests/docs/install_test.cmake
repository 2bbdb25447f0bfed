# SPDX-License-Identifier: Apache-2.0
# Installs into an empty folder and looks for everything a package must have. Arguments: BUILD, ROOT, LIBRARY (from
# the folder of the programs; empty: there is none).

# `prefix`, below `root`: the files are there, and zsh's in this folder.
function(check_installed prefix root zsh_folder)
    foreach(file bin/mqtts-pub bin/mqtts-sub share/man/man1/mqtts-pub.1 share/man/man1/mqtts-sub.1
            share/man/man7/mqtts.7
            share/bash-completion/completions/mqtts-pub share/bash-completion/completions/mqtts-sub
            share/zsh/${zsh_folder}/_mqtts-pub share/zsh/${zsh_folder}/_mqtts-sub
            share/fish/vendor_completions.d/mqtts-pub.fish share/fish/vendor_completions.d/mqtts-sub.fish
            share/doc/mqtts/LICENSE share/doc/mqtts/README.md share/doc/mqtts/CHANGELOG.md share/doc/mqtts/SECURITY.md)
        if(NOT EXISTS ${root}${prefix}/${file})
            message(FATAL_ERROR "not installed: ${prefix}/${file}")
        endif()
    endforeach()
    execute_process(COMMAND ${root}${prefix}/bin/mqtts-pub --version COMMAND_ERROR_IS_FATAL ANY)
    if(LIBRARY)
        check_library(${root}${prefix}/bin/mqtts-pub ${root}${prefix}/bin/${LIBRARY})
    endif()
endfunction()

# The program finds its library wherever both are, and says what to do without it or with another one.
function(check_library program library)
    expect_failure(${program} 4 "localhost")  # nobody listens on port 1: it has tried to connect
    file(RENAME ${library} ${library}.away)
    expect_failure(${program} 1 "cannot load the library that connects: .*libmqtts.so: .*install mqtts again")
    file(WRITE ${library} "no library")
    expect_failure(${program} 1 "cannot load the library that connects: .*libmqtts.so: file too short")
    file(RENAME ${library}.away ${library})
endfunction()

function(expect_failure program status words)
    execute_process(COMMAND ${program} -h localhost -p 1 -t t -m x WORKING_DIRECTORY ${ROOT}
        RESULT_VARIABLE result ERROR_VARIABLE error)
    if(NOT result EQUAL status OR NOT error MATCHES "${words}")
        message(FATAL_ERROR "${program}: status ${result}, and not ${status}: ${error}")
    endif()
endfunction()

file(REMOVE_RECURSE ${ROOT})
unset(ENV{DESTDIR})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${ROOT}/anywhere
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
check_installed(${ROOT}/anywhere "" site-functions)

# As a package is made: below /usr, where Debian's zsh looks in another folder.
set(zsh_folder site-functions)
if(EXISTS /etc/debian_version)
    set(zsh_folder vendor-completions)
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E env DESTDIR=${ROOT} ${CMAKE_COMMAND} --install ${BUILD} --prefix /usr
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
check_installed(/usr ${ROOT} ${zsh_folder})
