# SPDX-License-Identifier: Apache-2.0
# Which commit --version names: of the work tree that the sources are the top of, and of no other. Arguments: SCRIPT, ROOT.
find_program(git git)
if(NOT git)
    message("skipped: git is not installed")
    return()
endif()
file(REMOVE_RECURSE ${ROOT})
file(MAKE_DIRECTORY ${ROOT}/alone ${ROOT}/others/sources ${ROOT}/tree)
foreach(variable GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE)
    unset(ENV{${variable}})
endforeach()
set(ENV{GIT_CEILING_DIRECTORIES} ${ROOT})  # the project's own repository may be above

function(run_git folder)
    execute_process(COMMAND ${git} -C ${ROOT}/${folder} -c user.name=test -c user.email=test@example.org ${ARGN}
        OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Makes the header of the sources in `folder`, and expects this revision, a regular expression.
function(expect folder revision)
    set(header ${ROOT}/${folder}.hpp)
    execute_process(COMMAND ${CMAKE_COMMAND} -DSOURCE=${ROOT}/${folder} -DHEADER=${header} -P ${SCRIPT}
        COMMAND_ERROR_IS_FATAL ANY)
    file(READ ${header} text)
    if(NOT text MATCHES " revision = \"${revision}\";\n")
        message(SEND_ERROR "${folder}: expected ${revision}: ${text}")
    endif()
endfunction()

expect(alone "")

run_git(others init --quiet)
run_git(others commit --quiet --allow-empty -m other)
expect(others/sources "")

run_git(tree init --quiet)
file(WRITE ${ROOT}/tree/file "one")
run_git(tree add file)
run_git(tree commit --quiet -m one)
expect(tree "[0-9a-f]+")
file(WRITE ${ROOT}/tree/file "two")
expect(tree "[0-9a-f]+-dirty")
run_git(tree commit --quiet -a -m two)
run_git(tree tag v9)
expect(tree "v9")

# Nothing has changed: what includes the header need not be built again. An hour is more than any clock's resolution.
execute_process(COMMAND touch -d "1 hour ago" ${ROOT}/tree.hpp COMMAND_ERROR_IS_FATAL ANY)
file(TIMESTAMP ${ROOT}/tree.hpp before)
expect(tree "v9")
file(TIMESTAMP ${ROOT}/tree.hpp after)
if(NOT before STREQUAL after)
    message(SEND_ERROR "the header was written again although nothing had changed")
endif()

# A hook of another repository names that one.
set(ENV{GIT_DIR} ${ROOT}/others/.git)
expect(tree "v9")
