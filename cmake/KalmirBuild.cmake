# Build helpers: every folder of the compiler is one object library, and all of
# them together are libKalmir.so, which the tools and the plugin hosts share.

set_property(GLOBAL PROPERTY KALMIR_OBJECTS "")

# Flags that every compiler source needs: LLVM is built with RTTI on and
# exceptions off, and its headers are not ours to warn about.
function(kalmir_compile_options target)
  target_compile_definitions(${target} PUBLIC ${LLVM_DEFINITIONS_LIST})
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wno-unused-parameter
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
endfunction()

# Every generated header: sources may include those of folders that come later.
add_custom_target(kalmir-generated)

# kalmir_add_library(NAME source... [DEPENDS target...])
function(kalmir_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  add_library(${name} OBJECT ${ARG_UNPARSED_ARGUMENTS})
  kalmir_compile_options(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  add_dependencies(${name} kalmir-generated)
  set_property(GLOBAL APPEND PROPERTY KALMIR_OBJECTS ${name})
endfunction()

# kalmir_tablegen(NAME file.td output -gen-flag... ...): one rule per output.
# Usage: set(LLVM_TARGET_DEFINITIONS X.td); mlir_tablegen(...); then this.
macro(kalmir_tablegen_target name)
  add_public_tablegen_target(${name})
  add_dependencies(kalmir-generated ${name})
endmacro()

# kalmir_add_tool(NAME source...): a thin main on libKalmir.
function(kalmir_add_tool name)
  add_executable(${name} ${ARGN})
  kalmir_compile_options(${name})
  target_link_libraries(${name} PRIVATE Kalmir)
endfunction()

separate_arguments(LLVM_DEFINITIONS_LIST NATIVE_COMMAND "${LLVM_DEFINITIONS}")
