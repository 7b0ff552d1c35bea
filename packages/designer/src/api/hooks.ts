/** Reading with TanStack Query: one hook per question. What changes by itself is asked again every few seconds while the page is seen. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Connector, ConnectionRow, ConnectorRow, CountRow, FlowRow, Items, Me, MissingRow, Page, QueueRow } from "./answers.ts";
import { ask, workspacePath } from "./ask.ts";

export const LIVE_MS = 4_000;

export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => ask<Me>("GET", "/api/v1/me", { signal }), staleTime: 60_000, retry: false });
}

/** The answer of a GET below the workspace. `live`: asked again every few seconds. */
export function useAnswer<T>(workspace: string, path: string, options: { readonly live?: boolean; readonly enabled?: boolean } = {}) {
  const { live = false, enabled = true } = options;
  return useQuery({
    queryKey: ["w", workspace, path],
    queryFn: ({ signal }) => ask<T>("GET", workspacePath(workspace, path), { signal }),
    enabled,
    ...(live ? { refetchInterval: LIVE_MS } : {}),
  });
}

/** A list that the server gives in pages, one after the other; `path` with its filter, without `after`. */
export function usePages<T>(workspace: string, path: string) {
  const { data, ...rest } = useInfiniteQuery({
    queryKey: ["w", workspace, "pages", path],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>(
        "GET",
        workspacePath(workspace, pageParam === "" ? path : `${path}${path.includes("?") ? "&" : "?"}after=${pageParam}`),
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  return { ...rest, rows: data?.pages.flatMap(({ items }) => items) ?? [] };
}

export const useCounts = (workspace: string) => useAnswer<Items<CountRow>>(workspace, "counts", { live: true });
export const useQueues = (workspace: string) => useAnswer<Items<QueueRow>>(workspace, "queues", { live: true });
export const useMissing = (workspace: string) => useAnswer<Items<MissingRow>>(workspace, "missing", { live: true });
export const useFlows = (workspace: string) => useAnswer<Items<FlowRow>>(workspace, "flows");
export const useConnections = (workspace: string) => useAnswer<Items<ConnectionRow>>(workspace, "connections");
export const useConnectors = (workspace: string) => useAnswer<Items<ConnectorRow>>(workspace, "connectors");
/** `system` null: nothing is asked. */
export const useConnector = (workspace: string, system: string | null) =>
  useAnswer<Connector>(workspace, `connectors/${system ?? ""}`, { enabled: system !== null });
