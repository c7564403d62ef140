# headroom_room(NAME [ROOMS room...] [LIBS target...])
#
# A room of the house is one folder under src/: its sources become the library
# headroom_NAME, its *_test.cpp files the program headroom_NAME_tests. New files
# are found by themselves. ROOMS and LIBS are what it may include.
#
# Every test is labelled "fast", except those of suites whose name ends in
# "Slow": TEST(AccuracySlow, ...) is labelled "slow" and not run with sanitizers.
# Properties draw the same random values in every run of ctest; a test program
# started by hand draws new ones each time.
if(HEADROOM_TESTS)
  find_package(rapidcheck REQUIRED)
endif()

function(headroom_room name)
  cmake_parse_arguments(ARG "" "" "ROOMS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/(copy_)?main\\.cpp$")
  list(TRANSFORM ARG_ROOMS PREPEND headroom_)
  if(sources)
    add_library(headroom_${name} STATIC ${sources})
    target_include_directories(headroom_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(headroom_${name} PUBLIC ${ARG_ROOMS} ${ARG_LIBS})
  else()
    add_library(headroom_${name} INTERFACE)
    target_link_libraries(headroom_${name} INTERFACE ${ARG_ROOMS} ${ARG_LIBS})
  endif()
  if(HEADROOM_TESTS AND tests)
    set(seed "RC_PARAMS=seed=2017")
    add_executable(headroom_${name}_tests ${tests})
    target_link_libraries(headroom_${name}_tests PRIVATE headroom_${name} GTest::gtest_main
                          rapidcheck)
    target_precompile_headers(headroom_${name}_tests PRIVATE <gtest/gtest.h>)
    gtest_discover_tests(headroom_${name}_tests TEST_PREFIX ${name}. TEST_FILTER "-*Slow.*"
                         TEST_LIST ${name}_fast DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS fast ENVIRONMENT ${seed})
    gtest_discover_tests(headroom_${name}_tests TEST_PREFIX ${name}. TEST_FILTER "*Slow.*"
                         TEST_LIST ${name}_slow DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS slow ENVIRONMENT ${seed})
  endif()
endfunction()
