# `cmake --install`: programs, libraries, headers, .td files, find_package.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Kalmir)

install(TARGETS Kalmir kalmir_rt kalmir_rt_static kalmir-compile
                kalmir-exec kalmir-lsp-server kalmir-opt kalmir-reduce kalmir-run
        EXPORT KalmirTargets
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT KalmirTargets NAMESPACE Kalmir:: DESTINATION ${package_dir})

# A header is public, that is installed and exported by libKalmir.so, if it
# pushes default visibility.
foreach(root dialects include)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/${root}
       ${root}/*.h ${root}/*.td)
  foreach(file ${files})
    file(STRINGS ${root}/${file} marks REGEX "visibility push\\(default\\)")
    if(marks OR file MATCHES "\\.td$")
      cmake_path(GET file PARENT_PATH folder)
      install(FILES ${root}/${file}
              DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
    endif()
  endforeach()
  install(DIRECTORY ${CMAKE_BINARY_DIR}/${root}/kalmir
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          FILES_MATCHING PATTERN "*.h.inc" PATTERN CMakeFiles EXCLUDE)
endforeach()
install(FILES runtime/include/kalmir/runtime.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/kalmir)

configure_package_config_file(cmake/KalmirConfig.cmake.in KalmirConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(KalmirConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/KalmirConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/KalmirConfigVersion.cmake
        DESTINATION ${package_dir})
