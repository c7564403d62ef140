# Writes OUTPUT: a C++ file with the bytes of FILES (a list), named by their path
# below ROOT, as the function FUNCTION declared in HEADER. The assembler takes the
# bytes in, since compilers need minutes for some megabytes of literals.
set(declared "")
set(listed "")
set(number 0)
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(SIZE ${file} size)
  set(symbol "headroom_${FUNCTION}_${number}")
  string(APPEND declared
    "asm(\".section .rodata\\n\"\n"
    "    \".global ${symbol}\\n\"\n"
    "    \".type ${symbol}, @object\\n\"\n"
    "    \".balign 16\\n\"\n"
    "    \"${symbol}:\\n\"\n"
    "    \".incbin \\\"${file}\\\"\\n\"\n"
    "    \".byte 0\\n\"\n"
    "    \".size ${symbol}, .-${symbol}\\n\"\n"
    "    \".previous\\n\");\n"
    "extern \"C\" const char ${symbol}[];\n")
  string(APPEND listed "      {\"${name}\", std::string_view(${symbol}, ${size})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT}
"#include \"${HEADER}\"

${declared}
namespace headroom {

std::span<const EmbeddedFile> ${FUNCTION}() {
  static const EmbeddedFile kFiles[] = {
${listed}      {{}, {}}};
  return std::span(kFiles).first(std::size(kFiles) - 1);
}

}  // namespace headroom
")
