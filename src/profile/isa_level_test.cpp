#include "profile/isa_level.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

const std::vector<std::string> kModels = {"Nehalem", "IvyBridge", "Haswell", "Skylake-Client"};

/// What is wrong with a name, and the help.
std::string refusal(std::string_view name) {
  try {
    find_isa_level(name, kModels);
  } catch (const InputError& error) {
    return error.problems().front().what + " / " + error.problems().front().help;
  }
  return "";
}

TEST(IsaLevel, IsFoundHoweverItIsSpelt) {
  EXPECT_EQ(find_isa_level("ivybridge", kModels).model, "IvyBridge");
  EXPECT_EQ(find_isa_level("Ivy-Bridge", kModels).model, "IvyBridge");
  EXPECT_EQ(find_isa_level("ivy-bridge-ep", kModels).name, "ivybridge");
  EXPECT_EQ(find_isa_level("kaby-lake", kModels).name, "skylake-client");
}

TEST(IsaLevel, TellsTheEmulatorWhatToLeaveOut) {
  EXPECT_EQ(find_isa_level("nehalem", kModels).option(), "Nehalem");
  EXPECT_EQ(find_isa_level("ivybridge", kModels).option(), "IvyBridge,-x2apic,-tsc-deadline");
}

TEST(IsaLevel, ThatIsUnknownIsRefusedWithThosePossible) {
  const std::string text = refusal("haswel");
  EXPECT_NE(text.find("no instruction-set level 'haswel'"), std::string::npos);
  EXPECT_NE(text.find("did you mean 'haswell'?"), std::string::npos);
  EXPECT_NE(text.find("nehalem (SSE4.2)"), std::string::npos);
  EXPECT_EQ(text.find("zen"), std::string::npos);  // this emulator does not offer it
  EXPECT_NE(refusal("zen"), "");
}

TEST(IsaLevel, WithAvx512IsRefusedWithTheReason) {
  for (const char* name : {"skylake-sp", "cascade-lake", "zen-4", "Icelake-Server"}) {
    EXPECT_NE(refusal(name).find("AVX-512, which qemu cannot run"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace headroom
