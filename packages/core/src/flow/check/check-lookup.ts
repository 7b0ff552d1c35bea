/** The fields that a lookup names, against those that the other flow's rows are known to have. */
import type { Api } from "../../connector/api.ts";
import { didYouMean } from "../../value/index.ts";
import type { Flow } from "../flow.ts";
import type { Lookup } from "../transform/lookup.ts";
import { storedFormOf } from "../transform/lookup-form.ts";
import { checkRestructure } from "./check-restructure.ts";
import { IssueList, type FlowIssue } from "./issue.ts";
import { findNames, sourceNames, suggestPath } from "./known-names.ts";

/** `flow` is the one that is looked into, `api` its source's. `path`: where the lookup stands. Nothing where its rows may have any field. */
export function lookupFieldIssues(lookup: Lookup, flow: Flow, api: Api, path: string): readonly FlowIssue[] {
  const names = sourceNames(api, flow.source.columns ?? {});
  if (names.open) return [];
  // What its steps make of the rows is found as well; what is wrong with them is told of that flow.
  const formed = checkRestructure(storedFormOf(flow, "")?.steps ?? [], names, new IssueList(""));
  const fields = new Set(lookup.allFields.flatMap((field) => (field.from === "content" ? [field.path.text] : [])));
  return [...fields].flatMap((field): readonly FlowIssue[] => {
    if (formed.open || [names, formed].some((each) => findNames(each, field) !== undefined)) return [];
    const details = { flow: flow.id, field, ...didYouMean(suggestPath(names, field)) };
    return [{ code: "LOOKUP_FIELD_UNKNOWN", path, details }];
  });
}
