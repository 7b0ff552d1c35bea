/**
 * What a dashboard watches beside counts: how far each flow has read, and how much of each account's budget is used. One statement each,
 * over one row a flow or window; bills are not looked at. Instants are epoch ms, spans ms.
 */
import type { Connection } from "@datong/core";
import { windowsOf } from "../connection/shared-limits.ts";
import type { Engine } from "../engine.ts";
import type { Queryable } from "../store/transaction.ts";

/** Up to when each flow has read its source; flows without increments are not in it. */
export async function listWatermarks(client: Queryable): Promise<readonly { readonly flowId: string; readonly watermarkAt: number }[]> {
  const { rows } = await client.query<{ id: string; value: string }>(
    "select f.id, c.value from cursor c join flow f on f.lane = c.lane and f.num = c.flow where c.name = 'watermark'",
  );
  return rows.map(({ id, value }) => ({ flowId: id, watermarkAt: Number(value) }));
}

export interface BudgetUse {
  readonly connection: string;
  readonly spanMs: number;
  readonly used: number;
  readonly limit: number;
}

/** The windows that the connections' accounts declare. Connections of one account share them. */
export async function budgetUse(
  engine: Pick<Engine, "pool" | "connect" | "ports">,
  connections: readonly Connection[],
): Promise<readonly BudgetUse[]> {
  const open = connections.map((connection) => engine.connect(connection));
  const { rows } = await engine.pool.query<{ key: string; span: string; used: string }>(
    `select w.key, w.span_ms as span, coalesce((select sum(c) from unnest(w.at_ms, w.calls) as x(a, c) where a > $2::bigint - w.span_ms), 0) as used
     from budget_window w where w.key = any($1::text[])`,
    [open.map(({ account }) => account), engine.ports.nowMs()],
  );
  return open.flatMap(({ account, connection, connector }) =>
    windowsOf({ ...connector.limits, ...connection.limits }).map(({ spanMs, calls }) => ({
      connection: connection.id,
      spanMs,
      used: Number(rows.find(({ key, span }) => key === account && Number(span) === spanMs)?.used ?? 0),
      limit: calls,
    })),
  );
}
