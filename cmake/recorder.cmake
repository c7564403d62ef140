# The recorder is loaded into programs that are profiled, and its plugin into
# the emulator that runs them, so they must bring as little as possible along:
# no C++ runtime, no sanitizer, no exceptions, nothing visible but the functions
# that others call.

# headroom_loaded_library(ROOM OUTPUT [ROOMS other...]): libOUTPUT.so, beside the
# program, from the room's main.cpp, its library and those of other such rooms.
function(headroom_loaded_library room output)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  set(options -fno-exceptions -fno-rtti -fvisibility=hidden -fno-stack-protector
      -fno-threadsafe-statics -U_FORTIFY_SOURCE)
  if(HEADROOM_SANITIZE)
    list(APPEND options -fno-sanitize=all)
  endif()
  set_target_properties(headroom_${room} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_options(headroom_${room} PRIVATE ${options})
  set(library headroom_${room}_library)
  add_library(${library} SHARED ${CMAKE_SOURCE_DIR}/src/${room}/main.cpp)
  target_compile_options(${library} PRIVATE ${options})
  target_include_directories(${library} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  # By their files, not targets: nothing that a room links is wanted in here.
  foreach(part ${room} ${ARG_ROOMS})
    add_dependencies(${library} headroom_${part})
    target_link_libraries(${library} PRIVATE $<TARGET_FILE:headroom_${part}>)
  endforeach()
  target_link_libraries(${library} PRIVATE Zydis::Zydis)
  target_link_options(${library} PRIVATE -Wl,-z,now -Wl,--as-needed)
  if(HEADROOM_SANITIZE)
    target_link_options(${library} PRIVATE -fno-sanitize=all)
  endif()
  set_target_properties(${library} PROPERTIES
    OUTPUT_NAME ${output}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# The same engine as an image that needs nothing at all, not even a C library: it
# is laid into copies of programs that no loader helps us with. What it needs of
# memcpy() and the like, copy_main.cpp brings along.
function(headroom_copy_image output)
  set(options -fno-exceptions -fno-rtti -fvisibility=hidden -fno-stack-protector
      -fno-threadsafe-statics)
  set(image headroom_copy_image)
  add_library(${image} SHARED ${CMAKE_SOURCE_DIR}/src/recorder/copy_main.cpp)
  # -fno-builtin: or memcpy() would be compiled to a call of memcpy().
  target_compile_options(${image} PRIVATE ${options} -fno-builtin)
  target_include_directories(${image} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  add_dependencies(${image} headroom_recorder)
  target_link_libraries(${image} PRIVATE $<TARGET_FILE:headroom_recorder> Zydis::Zydis)
  target_link_options(${image} PRIVATE -nostdlib -Wl,-z,now -Wl,-z,defs -Wl,--as-needed)
  if(HEADROOM_SANITIZE)
    target_compile_options(${image} PRIVATE -fno-sanitize=all)
    target_link_options(${image} PRIVATE -fno-sanitize=all)
  endif()
  set_target_properties(${image} PROPERTIES
    OUTPUT_NAME ${output}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
