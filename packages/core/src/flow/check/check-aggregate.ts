/** What an aggregate step reads and leaves: grouped and calculated columns and nothing else, so that a mapping of another one is told. */
import { LINES, shortName } from "../transform/restructure/aggregate.ts";
import type { AggregateStep } from "../transform/restructure.ts";
import type { IssueList } from "./issue.ts";
import { findNames, namesOf, OPEN, suggestPath, VALUE, withMembers, type Names } from "./known-names.ts";
import { didYouMean } from "../../value/index.ts";

/** The names that are left; every other column of the rows is gone, even where the rows are not known. */
export function afterAggregate(step: AggregateStep, names: Names, path: string, list: IssueList): Names {
  const calculated = Object.entries(step.calculate ?? {});
  const headers = step.headerGroup ?? [];
  const read = [
    ...headers.map((field, i) => [field, `headerGroup/${i}`] as const),
    ...(step.bodyGroup ?? []).map((field, i) => [field, `bodyGroup/${i}`] as const),
    ...calculated.map(([field]) => [field, `calculate/${field}`] as const),
  ];
  for (const [field, place] of read) {
    if (names.open || findNames(names, field) !== undefined) continue;
    list.add("SOURCE_FIELD_UNKNOWN", `${path}/${place}`, { field, ...didYouMean(suggestPath(names, field)) });
  }
  const fields = calculated.map(([field, method]) => [field, method === "$push" || method === "$addToSet" ? LIST : VALUE] as const);
  const isBody = (field: string): boolean => step.bodyGroup !== undefined && shortName(step, field) !== field;
  const made = namesOf("object", [
    ...headers.map((field) => [field, VALUE] as const),
    ...fields.filter(([field]) => !isBody(field)),
    [step.sources ?? "source_numbers", LIST],
    ["supplement_no", VALUE],
    ...(step.bodyMaxLine === undefined ? [] : [["part_no", VALUE] as const]),
  ]);
  if (step.bodyGroup === undefined) return made;
  const inLine = [...step.bodyGroup.map((field) => [field, VALUE] as const), ...fields];
  const line = namesOf("list", [...inLine, ...inLine.map(([field, inner]) => [shortName(step, field), inner] as const)]);
  return withMembers(made, [[step.bodyName ?? LINES, line]]);
}

const LIST: Names = { ...OPEN, kind: "list" };
