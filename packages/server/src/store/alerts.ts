/** What alerts are known to hold, and messages on their way. Instants are epoch ms. */
import type { Queryable } from "@datong/engine";

export interface AlertState {
  readonly rule: string;
  readonly flow: string;
  readonly since: number;
  readonly toldAt: number | null;
  readonly summary: string;
}

export async function listAlerts(client: Queryable, workspace: string): Promise<readonly AlertState[]> {
  const { rows } = await client.query<AlertState>(
    `select rule, flow, since, told_at as "toldAt", summary from alert_state where workspace = $1 order by since, rule, flow`,
    [workspace],
  );
  return rows;
}

/** The workspace's alerts, kept from another process that looks at the same time. */
export async function holdAlerts(client: Queryable, workspace: string): Promise<readonly AlertState[]> {
  await client.query("select 1 from workspace where id = $1 for no key update", [workspace]);
  return listAlerts(client, workspace);
}

export async function saveAlert(client: Queryable, workspace: string, state: AlertState): Promise<void> {
  await client.query(
    `insert into alert_state as a (workspace, rule, flow, since, told_at, summary)
     values ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0), $6)
     on conflict (workspace, rule, flow) do update set told_at = excluded.told_at, summary = excluded.summary`,
    [workspace, state.rule, state.flow, state.since, state.toldAt, state.summary],
  );
}

export async function endAlert(client: Queryable, workspace: string, rule: string, flow: string): Promise<void> {
  await client.query("delete from alert_state where workspace = $1 and rule = $2 and flow = $3", [workspace, rule, flow]);
}

export interface AlertMessage {
  readonly id: string;
  readonly workspace: string;
  readonly channel: string;
  readonly body: string;
  readonly attempts: number;
}

export async function addMessage(client: Queryable, message: Omit<AlertMessage, "attempts"> & { readonly dueAt: number }): Promise<void> {
  await client.query(
    "insert into alert_message (id, workspace, channel, body, due_at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0))",
    [message.id, message.workspace, message.channel, message.body, message.dueAt],
  );
}

/** Takes due messages for so long that a process that dies leaves them to another one. */
export async function takeMessages(client: Queryable, nowMs: number, leaseMs: number): Promise<readonly AlertMessage[]> {
  const { rows } = await client.query<AlertMessage>(
    `update alert_message m set due_at = to_timestamp($2 / 1000.0), attempts = m.attempts + 1
     from (select id from alert_message where sent_at is null and due_at <= to_timestamp($1 / 1000.0) order by due_at limit 50 for update skip locked) due
     where m.id = due.id returning m.id::text as id, m.workspace, m.channel, m.body, m.attempts`,
    [nowMs, nowMs + leaseMs],
  );
  return rows;
}

/** How many a channel was sent in the last minute. */
export async function sentLately(client: Queryable, workspace: string, channel: string, nowMs: number): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    "select count(*) as n from alert_message where workspace = $1 and channel = $2 and sent_at > to_timestamp($3 / 1000.0)",
    [workspace, channel, nowMs - 60_000],
  );
  return Number(rows[0]?.n ?? 0);
}

export async function noteSent(client: Queryable, id: string, nowMs: number): Promise<void> {
  await client.query("update alert_message set sent_at = to_timestamp($2 / 1000.0), problem = null where id = $1", [id, nowMs]);
}

export async function noteUnsent(client: Queryable, id: string, dueAt: number, problem: string): Promise<void> {
  await client.query("update alert_message set due_at = to_timestamp($2 / 1000.0), problem = $3 where id = $1", [id, dueAt, problem]);
}

/** Old ones, and those that nobody can be told of any more. */
export async function pruneMessages(client: Queryable, nowMs: number): Promise<void> {
  await client.query("delete from alert_message where made_at < to_timestamp($1 / 1000.0)", [nowMs - 7 * 86_400_000]);
}

/** The latest first. */
export async function listMessages(
  client: Queryable,
  workspace: string,
  limit: number,
): Promise<
  readonly {
    readonly channel: string;
    readonly body: string;
    readonly madeAt: number;
    readonly sentAt: number | null;
    readonly problem: string | null;
  }[]
> {
  const { rows } = await client.query<{ channel: string; body: string; madeAt: number; sentAt: number | null; problem: string | null }>(
    `select channel, body, made_at as "madeAt", sent_at as "sentAt", problem from alert_message where workspace = $1 order by id desc limit $2`,
    [workspace, limit],
  );
  return rows;
}
