# SPDX-License-Identifier: Apache-2.0
# What depends on the system, for the whole project: which way of lib/os is built, and what else goes with it.
set(default OFF)
if(NOT CMAKE_SYSTEM_NAME STREQUAL Linux)
    set(default ON)
endif()
option(MQTTS_PORTABLE "Use nothing that only Linux has: the only way on other systems, and for tests on Linux" ${default})

if(MQTTS_PORTABLE)
    set(MQTTS_STATIC OFF)          # archives beside the shared libraries, and the options for them, are Linux's way
    set(MQTTS_STATIC_OPENSSL OFF)
    set(MQTTS_STATIC_LIBC OFF)
    set(MQTTS_HARDEN OFF)
    # Asio chooses by itself what a system has; on Linux it is told to use select(2) and pipes.
    add_compile_definitions(BOOST_ASIO_DISABLE_EPOLL BOOST_ASIO_DISABLE_EVENTFD BOOST_ASIO_DISABLE_TIMERFD)
endif()

# With 32 bits: files beyond 2 GiB, times beyond 2038. With 64 bits it is so anyway.
add_compile_definitions(_FILE_OFFSET_BITS=64 _TIME_BITS=64)

if(MQTTS_STATIC)  # what is linked in is full of pointers to adjust at each start; packed, they are few pages to read
    include(CheckLinkerFlag)
    check_linker_flag(CXX "LINKER:-z,pack-relative-relocs" MQTTS_PACKS_RELOCATIONS)
    if(MQTTS_PACKS_RELOCATIONS)
        add_link_options(LINKER:-z,pack-relative-relocs)
    endif()
    add_link_options(LINKER:--gc-sections)
endif()
