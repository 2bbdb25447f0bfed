# SPDX-License-Identifier: Apache-2.0
# What MQTTS_STATIC and MQTTS_STATIC_OPENSSL link in: archives, with the archives that these need in turn.

find_library(MQTTS_SQLITE_ARCHIVE libsqlite3.a REQUIRED)
set(MQTTS_SQLITE ${MQTTS_SQLITE_ARCHIVE} m ${CMAKE_DL_LIBS})

# Since 2023 RE2 needs Abseil, and Abseil's CMake files name shared libraries only where both are installed. Its archives
# are beside RE2's, need each other in circles, and cost nothing where they are not needed.
find_library(MQTTS_RE2_ARCHIVE libre2.a REQUIRED)
cmake_path(GET MQTTS_RE2_ARCHIVE PARENT_PATH archives)
file(GLOB abseil ${archives}/libabsl_*.a)
list(JOIN abseil "," abseil)
set(MQTTS_RE2 ${MQTTS_RE2_ARCHIVE})
if(abseil)
    set(MQTTS_RE2 "$<LINK_GROUP:RESCAN,${MQTTS_RE2_ARCHIVE},${abseil}>")
endif()

# OpenSSL may have been built to compress certificates.
if(MQTTS_STATIC_OPENSSL)
    find_library(MQTTS_ZLIB_ARCHIVE libz.a)
    find_library(MQTTS_ZSTD_ARCHIVE libzstd.a)
    foreach(archive ${MQTTS_ZLIB_ARCHIVE} ${MQTTS_ZSTD_ARCHIVE})
        if(archive)
            set_property(TARGET OpenSSL::Crypto APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${archive})
        endif()
    endforeach()
endif()
