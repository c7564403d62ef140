# The catalogue and the report's assets travel inside the program, so that it
# starts fast and runs from anywhere.

# headroom_embed(TARGET FUNCTION HEADER ROOT FILE...): the files, named by their
# paths below ROOT, as FUNCTION(), which HEADER declares.
function(headroom_embed target function header root)
  set(output ${CMAKE_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${root} -DFUNCTION=${function}
            -DHEADER=${header} "-DFILES=${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  # The compiler does not see which files the assembler takes in.
  set_source_files_properties(${output} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE ${output})
endfunction()

# headroom_embed_catalog(TARGET): every catalog/**/*.toml as embedded_catalog().
function(headroom_embed_catalog target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/catalog/*.toml)
  headroom_embed(${target} embedded_catalog catalog/embedded.hpp ${CMAKE_SOURCE_DIR}/catalog
                 ${files})
endfunction()

# headroom_embed_recordings(TARGET): every catalog/recordings/*.hprof as
# embedded_recordings().
function(headroom_embed_recordings target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/catalog/recordings/*.hprof)
  headroom_embed(${target} embedded_recordings catalog/embedded.hpp ${CMAKE_SOURCE_DIR}/catalog
                 ${files})
endfunction()

# headroom_embed_claims(TARGET): every claims/*.toml as embedded_claims().
function(headroom_embed_claims target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/claims/*.toml)
  headroom_embed(${target} embedded_claims claims/embedded.hpp ${CMAKE_SOURCE_DIR}/claims ${files})
endfunction()

# headroom_embed_web(TARGET): the report's scripts and styles as embedded_web().
function(headroom_embed_web target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/report/*.js
       ${CMAKE_SOURCE_DIR}/web/report/*.css)
  set(uplot ${CMAKE_SOURCE_DIR}/web/node_modules/uplot/dist)
  if(EXISTS ${uplot}/uPlot.iife.min.js)
    list(APPEND files ${uplot}/uPlot.iife.min.js ${uplot}/uPlot.min.css)
  else()
    message(WARNING "uPlot is not installed: reports will have still pictures only. "
                    "Run scripts/install-deps, or 'npm ci' in web/, and configure again.")
  endif()
  get_target_property(kind ${target} TYPE)
  if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    headroom_embed(${target} embedded_web report/embedded.hpp ${CMAKE_SOURCE_DIR}/web ${files})
  endif()
endfunction()
