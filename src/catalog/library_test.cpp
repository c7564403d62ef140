#include "catalog/library.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "catalog/embedded.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own.
std::string folder(const std::string& name) {
  const auto path = fs::path(testing::TempDir()) / ("headroom_library_" + name);
  fs::remove_all(path);
  fs::create_directories(path / "pumps");
  return path.string();
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

template <class Call>
Problem problem_of(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.problems().at(0);
  }
  ADD_FAILURE() << "no InputError";
  return {};
}

TEST(Library, HoldsTheSixMachinesAndTheirParts) {
  const Library library;
  EXPECT_EQ(library.kinds(),
            (std::vector<std::string>{"graphics", "machines", "microarchitectures", "pipelines",
                                      "processors", "recordings", "systems", "workloads"}));
  EXPECT_EQ(library.ids("machines"),
            (std::vector<std::string>{"imac-27-2017", "imac-27-2019", "imac-27-2020",
                                      "imac-pro-2017", "mac-pro-2013", "mac-pro-2019"}));
  for (const auto& kind : library.kinds()) {
    const auto ids = library.ids(kind);
    EXPECT_FALSE(ids.empty()) << kind;
    EXPECT_TRUE(std::ranges::is_sorted(ids)) << kind;
    for (const auto& id : ids) EXPECT_TRUE(library.contains(kind, id)) << id;
  }
  EXPECT_TRUE(library.ids("pumps").empty());
}

TEST(Library, HoldsAProfileForEveryRecordingAndNoMore) {
  const Library library;
  const std::string magic = "\x89HPROF\r\n";
  for (const auto& id : library.ids("recordings")) {
    EXPECT_TRUE(library.recording(id).starts_with(magic)) << id;
  }
  EXPECT_EQ(library.ids("recordings").size(), embedded_recordings().size());
  const auto unknown = problem_of([&] { (void)library.recording("x265"); });
  EXPECT_EQ(unknown.what, "no recording is called 'x265'");
  EXPECT_EQ(unknown.help, "did you mean 'x264'?");
}

TEST(Library, SuggestsTheNearestIdForAnUnknownOne) {
  const Library library;
  const auto machine = problem_of([&] { library.open("machines", "imac-pro-2018"); });
  EXPECT_EQ(machine.what, "no machine is called 'imac-pro-2018'");
  EXPECT_EQ(machine.help, "did you mean 'imac-pro-2017'?");
  const auto graphics = problem_of([&] { library.open("graphics", "vega-56"); });
  EXPECT_EQ(graphics.what, "no graphics is called 'vega-56'");
  EXPECT_EQ(graphics.help, "did you mean 'radeon-pro-vega-56'?");
}

TEST(Library, ReadsTheUsersOwnFile) {
  const auto root = folder("own");
  write(root + "/pumps/my-pump.toml", "name = \"Mine\"\n");
  const Library library;
  auto document = library.open("pumps", root + "/pumps/my-pump.toml");
  EXPECT_EQ(document.root().text("name"), "Mine");
  document.check();
  EXPECT_EQ(Library::id_of(root + "/pumps/my-pump.toml"), "my-pump");
  EXPECT_EQ(Library::id_of("my-pump"), "my-pump");
  const auto missing = problem_of([&] { library.open("pumps", root + "/pumps/other.toml"); });
  EXPECT_EQ(missing.what, "cannot open '" + root + "/pumps/other.toml'");
}

TEST(Library, ReadsAFolderInPlaceOfTheBuiltInCatalogue) {
  const auto root = folder("folder");
  write(root + "/pumps/one.toml", "name = \"One\"\n");
  write(root + "/pumps/notes.txt", "no part of it");
  write(root + "/fitted.toml",
        "[[fitted]]\nkey = \"pumps/one/speed\"\nvalue = \"3 rpm\"\nevidence = \"a row\"\n");
  const Library library(root);
  EXPECT_EQ(library.kinds(), std::vector<std::string>{"pumps"});
  EXPECT_EQ(library.ids("pumps"), std::vector<std::string>{"one"});
  EXPECT_EQ(library.text("pumps/one.toml"), "name = \"One\"\n");
  EXPECT_EQ(library.text("nothing.toml"), "");
  EXPECT_EQ(library.fitted().find("pumps/one/speed")->value, "3 rpm");
  EXPECT_EQ(library.open("pumps", "one").root().place().file, root + "/pumps/one.toml");
}

TEST(Library, RefusesAFolderThatIsNotThere) {
  EXPECT_THROW(Library(folder("gone") + "/nowhere"), InputError);
}

TEST(ReadTextFile, RefusesFoldersMissingAndHugeFiles) {
  const auto root = folder("files");
  EXPECT_EQ(problem_of([&] { read_text_file(root); }).what, "'" + root + "' is a folder");
  EXPECT_EQ(problem_of([&] { read_text_file("/dev/zero"); }).what, "'/dev/zero' is a device");
  EXPECT_EQ(problem_of([&] { read_text_file(root + "/none"); }).what,
            "cannot open '" + root + "/none'");
  write(root + "/huge", "");
  fs::resize_file(root + "/huge", (64u << 20) + 1);  // sparse: takes no room
  EXPECT_EQ(problem_of([&] { read_text_file(root + "/huge"); }).what,
            "'" + root + "/huge' is larger than 64 MiB");
  write(root + "/bytes", std::string("a\r\n\0b", 5));
  EXPECT_EQ(read_text_file(root + "/bytes"), std::string("a\r\n\0b", 5));
}

TEST(FittedTable, IsWrittenInTheOrderOfItsKeysAndReadBack) {
  FittedTable table;
  table.set({"machines/b/x.y", "0.031 K/W", "two rows"});
  table.set({"machines/a/z", "3 W", "a \"quoted\" row\\path"});
  table.set({"machines/b/x.y", "0.032 K/W", "three rows"});  // replaces
  const auto text = table.write();
  EXPECT_LT(text.find("machines/a/z"), text.find("machines/b/x.y"));
  const auto again = FittedTable::parse(text, "fitted.toml");
  ASSERT_EQ(again.entries().size(), 2u);
  EXPECT_EQ(again.find("machines/b/x.y")->value, "0.032 K/W");
  EXPECT_EQ(again.find("machines/a/z")->evidence, "a \"quoted\" row\\path");
  EXPECT_FALSE(again.find("machines/c"));
  EXPECT_EQ(again.write(), text);
}

TEST(FittedTable, OfAnEmptyTextIsEmpty) {
  EXPECT_TRUE(FittedTable::parse("", "fitted.toml").entries().empty());
}

TEST(FittedTable, RefusesAnEntryThatLacksItsEvidence) {
  const auto problem = problem_of(
      [] { FittedTable::parse("[[fitted]]\nkey = \"a\"\nvalue = \"3 W\"\n", "fitted.toml"); });
  EXPECT_NE(problem.what.find("lacks 'evidence'"), std::string::npos);
}

TEST(FittedTable, OfTheCatalogueNamesFilesThatExist) {
  const Library library;
  EXPECT_FALSE(library.fitted().entries().empty());
  for (const auto& [key, entry] : library.fitted().entries()) {
    const auto first = key.find('/'), second = key.find('/', first + 1);
    ASSERT_NE(second, key.npos) << key;
    EXPECT_TRUE(library.contains(key.substr(0, first), key.substr(first + 1, second - first - 1)))
        << key;
  }
}

RC_GTEST_PROP(FittedTableProperty, WhatIsWrittenReadsBack, ()) {
  static const std::string letters = "abc/._- \"\\#='";
  const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(letters)));
  FittedTable table;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) table.set({*word, *word, *word});
  const auto again = FittedTable::parse(table.write(), "fitted.toml");
  RC_ASSERT(again.write() == table.write());
  RC_ASSERT(again.entries().size() == table.entries().size());
}

TEST(Library, TakesInThePartsThatAMachinesFileBringsAlong) {
  const auto file = folder("own_parts") + "/machine.toml";
  write(file,
        "id = \"mine\"\n[board]\nidle = 3\n[processor.fast]\ncores = 2\n"
        "[microarchitecture.zen-4]\nname = \"other\"\n");
  const Library library;
  const auto with_parts = library.with_parts_of(file);
  ASSERT_TRUE(with_parts.has_value());
  EXPECT_TRUE(with_parts->contains("processors", "fast"));
  EXPECT_FALSE(library.contains("processors", "fast"));
  EXPECT_EQ(with_parts->ids("processors").size(), library.ids("processors").size() + 1);
  // One of the same id goes before the catalogue's, and is not counted twice.
  EXPECT_EQ(with_parts->ids("microarchitectures"), library.ids("microarchitectures"));
  Document document = with_parts->open("microarchitectures", "zen-4");
  EXPECT_EQ(document.root().text("name"), "other");
  EXPECT_EQ(document.root().place("name").line, 7);
  EXPECT_EQ(document.root().place("name").file, file);
}

TEST(Library, LeavesMachinesWithoutPartsAsTheyAre) {
  const auto file = folder("no_parts") + "/machine.toml";
  write(file, "id = \"mine\"\n");
  EXPECT_FALSE(Library().with_parts_of(file).has_value());
  EXPECT_FALSE(Library().with_parts_of("imac-pro-2017").has_value());
  write(file, "processor = 3\n");
  EXPECT_EQ(problem_of([&] { Library().with_parts_of(file); }).what,
            "'processor' must be a section");
}

}  // namespace
}  // namespace headroom
