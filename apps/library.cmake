# SPDX-License-Identifier: Apache-2.0
# The library with everything that connects, which both programs load: lib/program/library.hpp. Each has its own copy of
# the C++ library, and shows the other nothing of it.
add_library(mqtts_library MODULE ${PROJECT_SOURCE_DIR}/lib/program/library_entry.cpp)
target_link_libraries(mqtts_library PRIVATE mqtts_program)
set_target_properties(mqtts_library PROPERTIES
    OUTPUT_NAME mqtts
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${MQTTS_LIBRARY_FOLDER}
    LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/library.map
    MQTTS_BORROWS_PATTERNS ON)
target_link_options(mqtts_library PRIVATE -static-libstdc++ -static-libgcc
    LINKER:--version-script=${CMAKE_CURRENT_SOURCE_DIR}/library.map)
cmake_path(SET folder NORMALIZE ${CMAKE_INSTALL_BINDIR}/${MQTTS_LIBRARY_FOLDER})
install(TARGETS mqtts_library LIBRARY DESTINATION ${folder})

# RE2 is in the programs, which check --until before they connect; its archive in Debian is for programs only. They show
# the library the class that wraps it.
foreach(program pub sub)
    add_dependencies(mqtts-${program} mqtts_library)
    target_link_options(mqtts-${program} PRIVATE "LINKER:--export-dynamic-symbol=_ZN*5mqtts6output7Pattern*")
endforeach()
