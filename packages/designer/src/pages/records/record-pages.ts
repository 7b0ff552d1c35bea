/** The question for a flow's bills: the same for the list that shows them and for the click that asks for them before the list is drawn anew. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import type { RecordPage, Status } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";

/** What fills the screen comes first and quickly; what one scrolls to comes in larger pages. */
const FIRST_PAGE = 50;
const PAGE = 200;

export interface RecordFilter {
  readonly status: Status | null;
  /** Of either side; empty: any. */
  readonly number: string;
  /** The query's further part: code, cause, when they changed. */
  readonly narrowed: string;
}

export function filterText({ status, number, narrowed }: RecordFilter): string {
  return new URLSearchParams({
    ...(status === null ? {} : { status }),
    ...(number === "" ? {} : { number }),
    ...Object.fromEntries(new URLSearchParams(narrowed)),
  }).toString();
}

export function recordPages(workspace: string, flow: string, filter: RecordFilter) {
  const asked = filterText(filter);
  return infiniteQueryOptions({
    queryKey: ["w", workspace, "records", flow, asked],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(asked);
      query.set("limit", String(pageParam === "" ? FIRST_PAGE : PAGE));
      if (pageParam !== "") query.set("after", pageParam);
      return ask<RecordPage>("GET", workspacePath(workspace, `flows/${flow}/records?${query.toString()}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
}
