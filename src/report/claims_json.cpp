#include <nlohmann/json.hpp>

#include "report/claims_report.hpp"
#include "report/json_parts.hpp"

namespace headroom {
namespace {

using Json = nlohmann::ordered_json;

Json claim_json(const Claim& claim) {
  return {{"id", claim.id},
          {"name", claim.name},
          {"statement", claim.statement},
          {"said_by", claim.said_by},
          {"source", claim.source}};
}

Json cell_json(const FigureResult& result, std::size_t i) {
  const auto& cell = result.cells[i];
  Json j;
  if (i < result.cases.size()) j["case"] = result.cases[i];
  j["value"] = cell.reason.empty() ? json_number(cell.value) : Json(nullptr);
  j["unit"] = cell.unit;
  if (!cell.note.empty()) j["note"] = cell.note;
  if (!cell.reason.empty()) j["reason"] = cell.reason;
  return j;
}

Json figure_json(const FigureResult& result) {
  Json j;
  j["name"] = result.figure->name;
  j["meaning"] = result.figure->meaning;
  j["kind"] = result.figure->kind;
  j["values"] = Json::array();
  for (std::size_t i = 0; i < result.cells.size(); ++i) {
    j["values"].push_back(cell_json(result, i));
  }
  if (result.curves.empty()) return j;
  j["parameter"] = result.figure->parameter;
  j["at"] = result.figure->at;
  j["curves"] = Json::array();
  for (const auto& curve : result.curves) {
    j["curves"].push_back({{"name", curve.name}, {"unit", result.curve_unit}, {"paces", curve.y}});
  }
  return j;
}

Json criterion_json(const CriterionResult& result) {
  Json j;
  j["name"] = result.criterion->name;
  j["holds_if"] = result.criterion->holds;
  j["in"] = result.criterion->in;
  j["judged"] = result.judged;
  j["holds"] = result.judged ? Json(result.holds) : Json(nullptr);
  j["cases"] = Json::array();
  for (const auto& one : result.cases) {
    Json row;
    if (!one.name.empty()) row["case"] = one.name;
    row["put_in"] = one.put_in;
    row["holds"] = one.reason.empty() ? Json(one.holds) : Json(nullptr);
    if (!one.reason.empty()) row["reason"] = one.reason;
    j["cases"].push_back(std::move(row));
  }
  return j;
}

}  // namespace

std::string claims_json(const ClaimReport& report) {
  Json j;
  j["format"] = "headroom-claims";
  j["version"] = 1;
  j["for_s"] = report.for_s;
  j["stopped"] = report.stopped;
  j["all_hold"] = report.all_hold();
  j["claims"] = Json::array();
  for (const auto& result : report.claims) {
    Json row = claim_json(result.claim);
    row["basis"] = result.claim.basis;
    row["verdict"] = verdict_text(result.verdict);
    if (!result.reason.empty()) row["reason"] = result.reason;
    row["criteria"] = Json::array();
    for (const auto& criterion : result.criteria) {
      row["criteria"].push_back(criterion_json(criterion));
    }
    row["figures"] = Json::array();
    for (const auto& figure : result.figures) row["figures"].push_back(figure_json(figure));
    j["claims"].push_back(std::move(row));
  }
  return j.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string claim_list_json(const std::vector<Claim>& claims) {
  Json list = Json::array();
  for (const auto& claim : claims) list.push_back(claim_json(claim));
  return list.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headroom
