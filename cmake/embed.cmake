# The catalogue and the report's assets travel inside the program, so that it
# starts fast and runs from anywhere.

# headroom_embed_catalog(TARGET): every catalog/**/*.toml as embedded_catalog().
function(headroom_embed_catalog target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/catalog/*.toml)
  set(output ${CMAKE_BINARY_DIR}/embedded_catalog.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${CMAKE_SOURCE_DIR}/catalog
            -DFUNCTION=embedded_catalog -DHEADER=catalog/embedded.hpp
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# headroom_embed_recordings(TARGET): every catalog/recordings/*.hprof as
# embedded_recordings().
function(headroom_embed_recordings target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/catalog/recordings/*.hprof)
  set(output ${CMAKE_BINARY_DIR}/embedded_recordings.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${CMAKE_SOURCE_DIR}/catalog
            -DFUNCTION=embedded_recordings -DHEADER=catalog/embedded.hpp
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# headroom_embed_claims(TARGET): every claims/*.toml as embedded_claims().
function(headroom_embed_claims target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/claims/*.toml)
  set(output ${CMAKE_BINARY_DIR}/embedded_claims.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${CMAKE_SOURCE_DIR}/claims
            -DFUNCTION=embedded_claims -DHEADER=claims/embedded.hpp
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
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
  set(output ${CMAKE_BINARY_DIR}/embedded_web.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${CMAKE_SOURCE_DIR}/web
            -DFUNCTION=embedded_web -DHEADER=report/embedded.hpp
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  get_target_property(kind ${target} TYPE)
  if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    target_sources(${target} PRIVATE ${output})
  endif()
endfunction()
