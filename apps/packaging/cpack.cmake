# SPDX-License-Identifier: Apache-2.0
# cpack, in the folder of a build: .deb, .rpm and .tar.xz with what the build made, each with its SHA-256 beside it. Made
# for the preset `static`, whose programs need the C library only:
#
#   cmake --preset static && cmake --build --preset static && cpack --preset static
#
# Debian's own way, with shared libraries, is build-deb.sh.
set(MQTTS_CONTACT "mqtts maintainers <maintainers@example.org>" CACHE STRING "Who answers for the packages")

set(CPACK_PACKAGE_NAME mqtts)
set(CPACK_PACKAGE_VENDOR "mqtts maintainers")
set(CPACK_PACKAGE_CONTACT "${MQTTS_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "publish and subscribe over MQTT inside verified TLS")
set(CPACK_PACKAGE_DESCRIPTION "mqtts-pub and mqtts-sub publish to an MQTT broker and subscribe there, from
shell scripts, pipelines and a terminal. Nothing ever travels in the clear or
to a stranger; exit status 0 means that everything was acknowledged, and a
message is acknowledged only after it was written. Option names are those of
mosquitto_pub and mosquitto_sub.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
string(TOLOWER ${CMAKE_SYSTEM_NAME} system)
set(CPACK_PACKAGE_FILE_NAME mqtts-${PROJECT_VERSION}-${system}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
# What each kind of package wants otherwise than it was installed.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
set(CPACK_MQTTS_SOURCE_DIR ${PROJECT_SOURCE_DIR})
set(CPACK_MQTTS_STATIC_OPENSSL ${MQTTS_STATIC_OPENSSL})

set(CPACK_GENERATOR TXZ)
find_program(MQTTS_DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(MQTTS_FILE file)
if(MQTTS_DPKG_SHLIBDEPS AND MQTTS_FILE)  # which say what the programs depend on
    list(APPEND CPACK_GENERATOR DEB)
endif()
find_program(MQTTS_RPMBUILD rpmbuild)
if(MQTTS_RPMBUILD)
    list(APPEND CPACK_GENERATOR RPM)
endif()

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_COMPRESSION_TYPE xz)
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none\nRecommends: ca-certificates")
set(CPACK_RPM_PACKAGE_LICENSE Apache-2.0)
set(CPACK_RPM_PACKAGE_GROUP Applications/Internet)
foreach(folder man man/man1 man/man7 doc bash-completion bash-completion/completions zsh zsh/site-functions
        fish fish/vendor_completions.d)
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/${folder})
endforeach()

include(CPack)
