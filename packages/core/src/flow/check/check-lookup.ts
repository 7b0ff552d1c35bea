/** The fields that a lookup names, against those that the other flow's rows are known to have. */
import type { Api } from "../../connector/api.ts";
import { didYouMean } from "../../value/index.ts";
import type { Flow } from "../flow.ts";
import type { Lookup } from "../transform/lookup.ts";
import type { FlowIssue } from "./issue.ts";
import { findNames, sourceNames, suggestPath } from "./known-names.ts";

/** `flow` is the one that is looked into, `api` its source's. `path`: where the lookup stands. Nothing where its rows may have any field. */
export function lookupFieldIssues(lookup: Lookup, flow: Flow, api: Api, path: string): readonly FlowIssue[] {
  const names = sourceNames(api, flow.source.columns ?? {});
  if (names.open) return [];
  const fields = new Set(lookup.allFields.flatMap((field) => (field.from === "content" ? [field.path.text] : [])));
  return [...fields].flatMap((field): readonly FlowIssue[] => {
    if (findNames(names, field) !== undefined) return [];
    const details = { flow: flow.id, field, ...didYouMean(suggestPath(names, field)) };
    return [{ code: "LOOKUP_FIELD_UNKNOWN", path, details }];
  });
}
