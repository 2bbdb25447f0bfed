# Installs into an empty folder and looks for everything a package must have. Arguments: BUILD, ROOT.
file(REMOVE_RECURSE ${ROOT})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${ROOT} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
foreach(file bin/mqtts-pub bin/mqtts-sub share/man/man1/mqtts-pub.1 share/man/man1/mqtts-sub.1)
    if(NOT EXISTS ${ROOT}/${file})
        message(FATAL_ERROR "not installed: ${file}")
    endif()
endforeach()
execute_process(COMMAND ${ROOT}/bin/mqtts-pub --version COMMAND_ERROR_IS_FATAL ANY)
