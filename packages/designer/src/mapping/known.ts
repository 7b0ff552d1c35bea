/** What the editor knows besides the draft: words of the value language, flows that can be looked up, earlier mappings. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowView, MappingField } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useFlows } from "../api/hooks.ts";
import type { LooseFlow } from "../flow/draft.ts";
import type { Language } from "./completion.ts";

export function useLanguageWords(): Language | undefined {
  return useQuery({
    queryKey: ["language"],
    queryFn: ({ signal }) => ask<Language>("GET", "/api/v1/language", { signal }),
    staleTime: Infinity,
  }).data;
}

export function useFlowNames(workspace: string): readonly { readonly id: string; readonly name: string | null }[] {
  const flows = useFlows(workspace).data;
  return useMemo(() => (flows?.items ?? []).map(({ id, name }) => ({ id, name })), [flows]);
}

const EARLIER_MAX = 4;

/** Mappings of other flows that write with the same API; those that read with the same one first. */
export function useEarlier(workspace: string, flow: LooseFlow, isOn: boolean): readonly (readonly MappingField[])[] {
  const flows = useFlows(workspace).data?.items;
  const ids = useMemo(() => {
    const alike = (flows ?? []).filter(({ id, target }) => id !== flow.id && target !== null && target.api === flow.target?.api);
    return alike
      .toSorted((a, b) => Number(b.source?.api === flow.source?.api) - Number(a.source?.api === flow.source?.api))
      .slice(0, EARLIER_MAX)
      .map(({ id }) => id);
  }, [flows, flow.id, flow.target?.api, flow.source?.api]);
  const views = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["w", workspace, `flows/${id}`],
      queryFn: () => ask<FlowView>("GET", workspacePath(workspace, `flows/${id}`)),
      staleTime: 60_000,
      enabled: isOn,
    })),
  });
  const loaded = views.map(({ data }) => data?.document?.mapping);
  const stamp = views.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  // oxlint-disable-next-line react/exhaustive-deps -- the list is new at every drawing; its stamp says whether something came
  return useMemo(() => loaded.flatMap((mapping) => (mapping === undefined ? [] : [mapping])), [stamp]);
}
