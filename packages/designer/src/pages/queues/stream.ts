/** Both queues and the budgets, as the server tells them while the page is open. */
import { useEffect, useState } from "react";
import type { QueueRow } from "../../api/answers.ts";
import { workspacePath } from "../../api/ask.ts";

export interface ReadRow {
  readonly flow: string;
  readonly isEnabled: boolean;
  readonly isPaused: boolean;
  readonly run: { readonly id: string; readonly startedAt: number; readonly read: number; readonly records: number } | null;
  readonly last: { readonly state: string; readonly code: string | null; readonly startedAt: number } | null;
  readonly nextAt: number | null;
  readonly watermarkAt: number | null;
}

export interface Budget {
  readonly connection: string;
  readonly spanMs: number;
  readonly used: number;
  readonly limit: number;
}

export interface QueuesNow {
  readonly writes: readonly QueueRow[];
  readonly reads: readonly ReadRow[];
  readonly budgets: readonly Budget[];
}

/** After this the browser asks again by itself. */
const SECONDS = 600;

/** `now` null: nothing was told yet. The browser itself tries again where the line is cut. */
export function useQueues(workspace: string): { readonly now: QueuesNow | null; readonly isLive: boolean } {
  const [now, setNow] = useState<QueuesNow | null>(null);
  const [isLive, setLive] = useState(true);
  useEffect(() => {
    const source = new EventSource(workspacePath(workspace, `queues/events?seconds=${SECONDS}`));
    source.addEventListener("queues", (event: MessageEvent<string>) => setNow(JSON.parse(event.data) as QueuesNow));
    source.addEventListener("open", () => setLive(true));
    source.addEventListener("error", () => setLive(false));
    return () => source.close();
  }, [workspace]);
  return { now, isLive };
}
