# The recorder is loaded into programs that are profiled, so it must bring as
# little as possible along: no C++ runtime, no sanitizer, no exceptions, nothing
# visible but the functions it stands in for.

# headroom_recorder_library(): libheadroom_recorder.so, beside the program.
function(headroom_recorder_library)
  set(options -fno-exceptions -fno-rtti -fvisibility=hidden -fno-stack-protector
      -fno-threadsafe-statics)
  if(HEADROOM_SANITIZE)
    list(APPEND options -fno-sanitize=all)
  endif()
  set_target_properties(headroom_recorder PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_options(headroom_recorder PRIVATE ${options})
  add_library(headroom_recorder_library SHARED ${CMAKE_SOURCE_DIR}/src/recorder/main.cpp)
  target_compile_options(headroom_recorder_library PRIVATE ${options})
  target_include_directories(headroom_recorder_library PRIVATE ${CMAKE_SOURCE_DIR}/src)
  # By its file, not its target: nothing that a room links is wanted in here.
  add_dependencies(headroom_recorder_library headroom_recorder)
  target_link_libraries(headroom_recorder_library PRIVATE $<TARGET_FILE:headroom_recorder> Zydis::Zydis)
  target_link_options(headroom_recorder_library PRIVATE -Wl,-z,now -Wl,-z,defs -Wl,--as-needed)
  if(HEADROOM_SANITIZE)
    target_link_options(headroom_recorder_library PRIVATE -fno-sanitize=all)
  endif()
  set_target_properties(headroom_recorder_library PROPERTIES
    OUTPUT_NAME headroom_recorder
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
