# Installs into an empty folder and looks for everything a package must have. Arguments: BUILD, ROOT.
file(REMOVE_RECURSE ${ROOT})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${ROOT} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
foreach(file bin/mqtts-pub bin/mqtts-sub share/man/man1/mqtts-pub.1 share/man/man1/mqtts-sub.1
        share/bash-completion/completions/mqtts-pub share/bash-completion/completions/mqtts-sub
        share/zsh/site-functions/_mqtts-pub share/zsh/site-functions/_mqtts-sub
        share/fish/vendor_completions.d/mqtts-pub.fish share/fish/vendor_completions.d/mqtts-sub.fish)
    if(NOT EXISTS ${ROOT}/${file})
        message(FATAL_ERROR "not installed: ${file}")
    endif()
endforeach()
execute_process(COMMAND ${ROOT}/bin/mqtts-pub --version COMMAND_ERROR_IS_FATAL ANY)
