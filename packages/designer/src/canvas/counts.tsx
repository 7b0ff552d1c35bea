/** Each flow's bills by status for the edges of the canvas, asked again every few seconds; beside the nodes, which stay as they are. */
import { createContext, use, useMemo, type ReactNode } from "react";
import type { Status } from "../api/answers.ts";
import { useCounts } from "../api/hooks.ts";
import { usePlace } from "../shell/place.tsx";

export type FlowCounts = Readonly<Partial<Record<Status, number>>>;

const NONE: ReadonlyMap<string, FlowCounts> = new Map();
const CountsContext = createContext(NONE);

export function CountsProvider({ children }: { readonly children: ReactNode }) {
  const { workspace } = usePlace();
  const { data } = useCounts(workspace);
  const counts = useMemo(() => {
    const made = new Map<string, Partial<Record<Status, number>>>();
    for (const { flow, status, records } of data?.items ?? []) made.set(flow, { ...made.get(flow), [status]: records });
    return made;
  }, [data]);
  return <CountsContext value={counts}>{children}</CountsContext>;
}

export function useFlowCounts(flow: string): FlowCounts {
  return use(CountsContext).get(flow) ?? {};
}
