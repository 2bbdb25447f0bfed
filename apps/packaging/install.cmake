# SPDX-License-Identifier: Apache-2.0
# What is installed beside the programs: manual pages, documents, completions.

install(FILES ${PROJECT_BINARY_DIR}/man/mqtts-pub.1 ${PROJECT_BINARY_DIR}/man/mqtts-sub.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/man/mqtts.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
foreach(document LICENSE README.md CHANGELOG.md SECURITY.md)
    install(FILES ${PROJECT_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()

# Debian's zsh looks for what packages bring in a folder of its own, and in the usual one only below /usr/local. The prefix
# is known when it is installed: cmake --install --prefix /usr.
install(CODE [[
    set(zsh_folder site-functions)
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS /etc/debian_version)
        set(zsh_folder vendor-completions)
    endif()]])
foreach(program mqtts-pub mqtts-sub)
    install(FILES ${PROJECT_SOURCE_DIR}/completions/${program}.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
    install(FILES ${PROJECT_SOURCE_DIR}/completions/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/\${zsh_folder})
    install(FILES ${PROJECT_SOURCE_DIR}/completions/${program}.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()
