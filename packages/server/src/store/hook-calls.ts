/**
 * The last calls of each flow's hook, for whoever looks why a sender's rows are not there: what came of each, never what was sent. They lie
 * among the kept answers, a few for each flow. What is refused is open to anybody, so of each flow one refusal in ten seconds is noted.
 */
import type { IdSource, Queryable } from "@datong/engine";

export type HookRefusal = "unsigned" | "clock" | "signature" | "again";

export interface HookCall {
  readonly by: "hook" | "console";
  /** Rows that came and those that were stored; of a flow that was set off, its reading. */
  readonly rows?: number;
  readonly stored?: number;
  readonly run?: string;
  /** Why it was refused, or why its first bad row was. */
  readonly code?: string;
  readonly refusal?: HookRefusal;
}

export interface KeptHookCall extends HookCall {
  readonly at: number;
  readonly status: number;
}

interface Place {
  readonly workspace: string;
  readonly flow: string;
}

const KEPT = 30;
const REFUSED_EACH_MS = 10_000;

const actorOf = ({ workspace, flow }: Place, kind: "taken" | "refused"): string => `hook-${kind}:${workspace}/${flow}`;

export async function addHookCall(
  client: Queryable,
  ids: IdSource,
  at: Place,
  call: HookCall & { readonly status: number },
): Promise<void> {
  const { status, ...told } = call;
  await keep(client, actorOf(at, "taken"), ids.next().padStart(20, "0"), status, told);
}

/** Whoever calls need not prove anything: what he can make us write is bounded. */
export async function addHookRefusal(client: Queryable, at: Place, refusal: HookRefusal, nowMs: number): Promise<void> {
  const slot = String(Math.floor(nowMs / REFUSED_EACH_MS)).padStart(20, "0");
  await keep(client, actorOf(at, "refused"), slot, 401, { by: "hook", code: "SIGNATURE_WRONG", refusal });
}

async function keep(client: Queryable, actor: string, key: string, status: number, told: HookCall): Promise<void> {
  await client.query(
    `with gone as (
       delete from kept_answer where actor = $1 and key <= (select key from kept_answer where actor = $1 order by key desc offset ${KEPT - 1} limit 1)
     )
     insert into kept_answer (actor, key, request, status, body) values ($1, $2, '', $3, $4) on conflict do nothing`,
    [actor, key, status, JSON.stringify(told)],
  );
}

/** The latest first. */
export async function listHookCalls(client: Queryable, at: Place): Promise<readonly KeptHookCall[]> {
  const { rows } = await client.query<{ at: number; status: number; body: string }>(
    `select made_at as at, status, body from kept_answer where actor = any($1) and status is not null order by made_at desc limit ${KEPT}`,
    [[actorOf(at, "taken"), actorOf(at, "refused")]],
  );
  return rows.map(({ at: madeAt, status, body }) => ({ at: madeAt, status, ...(JSON.parse(body) as HookCall) }));
}

export async function forgetHookCalls(client: Queryable, at: Place): Promise<void> {
  await client.query("delete from kept_answer where actor = any($1)", [[actorOf(at, "taken"), actorOf(at, "refused")]]);
}
