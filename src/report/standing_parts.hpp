#pragma once

#include <string>
#include <vector>

#include "advice/comparison.hpp"

namespace headroom {

/// Pieces that the pages of compare, advise and timeline share. All of them
/// escape what comes from outside.

/// A standing on a page, with the letter by which pictures call it and the
/// colour of its machine, which its other configurations share.
struct Player {
  const Standing* standing = nullptr;
  std::string letter;
  int colour = 0;
};
std::vector<Player> players_of(const std::vector<const Standing*>& standings);

std::string badge_html(const Player& player);
/// Its first part large, what was chosen beside it: "iMac Pro (2017)", "Xeon W-2191B".
std::string label_html(const std::string& label);
/// Badge and label.
std::string player_html(const Player& player);
/// The label, shortened for a place in a picture.
std::string short_label(const std::string& label, std::size_t letters);

/// The workloads in words: "Compile, Photo session and FurMark".
std::string work_in_words(const std::vector<Task>& tasks);
/// The day that prices of a standing are of.
std::string price_day(const Standing& standing, const Circumstances& where);

/// One number a machine card shows: "Speed", "1.41", "x", a note. All plain text
/// but the note, which is HTML.
struct Card {
  std::string name, value, unit, note;
};
std::string cards_html(const std::vector<Card>& cards);

/// What limits the answer: warnings of the runs, each with the letters of whom it
/// concerns, and `more`, as a box; "" when there is nothing.
std::string limits_html(const std::vector<Player>& players, const std::vector<Task>& tasks,
                        const Circumstances& where, const std::vector<std::string>& more);

/// What it is made of, the price of every part on the day, what was changed on it
/// and what one should know of it.
std::string machine_html(const Player& player, const Circumstances& where);
/// Every price on the page and who says so.
std::string price_sources_html(const std::vector<Player>& players, const Circumstances& where);
/// Surroundings, length of runs, electricity, of which day the prices are, and what
/// "sustained" means.
std::string assumptions_html(const std::vector<Task>& tasks, const Circumstances& where,
                             const std::string& price_days);
/// "of 2017-12-14", or of which day they are where none was asked for.
std::string price_days(const Circumstances& where);
/// The command line, the configurations as the program takes them.
std::string repeat_html(const std::string& command_line, const std::vector<Player>& players);

}  // namespace headroom
