/**
 * Looks whether rules hold: begins, repeats and ends alerts, and puts one message for each channel beside them in the same transaction.
 * What it reads costs the same for ten bills and ten million.
 */
import { formatInstant, instantOf, parseTime } from "@datong/core";
import { countRecords, flowPosition, transaction, type Queryable } from "@datong/engine";
import { ledgerId, type Tenant } from "../documents/tenants.ts";
import type { Services } from "../services.ts";
import { addMessage, endAlert, holdAlerts, saveAlert, type AlertState } from "../store/alerts.ts";
import { listDocuments } from "../store/documents.ts";
import type { Channel, Rule } from "./documents.ts";
import { findings } from "./findings.ts";
import { withOwners } from "./owners.ts";
import { digestText, messageText, type Finding } from "./wording.ts";

const REPEAT_MINUTES = 240;

/** One round over all workspaces; one that cannot be looked at does not keep the others. */
export async function watchAll(services: Services, publicUrl: string): Promise<void> {
  const { rows } = await services.engine.pool.query<{ workspace: string }>(
    "select distinct workspace from kept_document where kind = 'alert' order by workspace",
  );
  for (const { workspace } of rows) {
    await watch(services, workspace, publicUrl).catch((error: unknown) => services.log(`alerts of ${workspace}: ${String(error)}`));
  }
}

async function watch(services: Services, workspace: string, publicUrl: string): Promise<void> {
  const { pool, ports, ids } = services.engine;
  const tenant = await services.tenants.open(workspace);
  const rules = await documentsOf<Rule>(pool, workspace, "alert");
  const channels = new Map((await documentsOf<Channel>(pool, workspace, "channel")).map((channel) => [channel.id, channel]));
  const found = await findings(services, tenant, rules);
  await transaction(pool, async (client) => {
    const nowMs = ports.nowMs();
    const known = new Map((await holdAlerts(client, workspace)).map((state) => [keyOf(state.rule, state.flow), state]));
    const begun: { readonly rule: Rule; readonly finding: Finding; readonly isRepeated: boolean }[] = [];
    for (const { rule, finding } of found) {
      const before = known.get(keyOf(rule.id, finding.flow));
      known.delete(keyOf(rule.id, finding.flow));
      const toldAt = before?.toldAt ?? null;
      const isDue = toldAt === null || nowMs - toldAt >= (rule.repeatMinutes ?? REPEAT_MINUTES) * 60_000;
      if (isDue) begun.push({ rule: withOwners(tenant, rule, [finding.flow]), finding, isRepeated: before !== undefined });
      await saveAlert(client, workspace, {
        rule: rule.id,
        flow: finding.flow,
        since: before?.since ?? nowMs,
        toldAt: isDue ? nowMs : toldAt,
        summary: finding.summary,
      });
    }
    const digests = await tellDigests({ services, client, tenant, rules, known, publicUrl, nowMs });
    for (const { channel, text } of digests)
      await addMessage(client, { id: ids.next(), workspace, channel, body: text, dueAt: afterQuiet(channels.get(channel), nowMs) });
    for (const { rule, flow } of known.values()) await endAlert(client, workspace, rule, flow);
    const ended = [...known.values()];
    for (const [channel, text] of messagesFor({ workspace, rules, begun, ended, publicUrl })) {
      const dueAt = afterQuiet(channels.get(channel), nowMs);
      await addMessage(client, { id: ids.next(), workspace, channel, body: text, dueAt });
    }
  });
}

/** One message for each channel that has something to tell. Of an alert whose rule is gone nobody is told that it ended. */
function messagesFor(change: {
  readonly workspace: string;
  readonly rules: readonly Rule[];
  readonly begun: readonly { readonly rule: Rule; readonly finding: Finding; readonly isRepeated: boolean }[];
  readonly ended: readonly AlertState[];
  readonly publicUrl: string;
}): ReadonlyMap<string, string> {
  const { workspace, rules, begun, ended, publicUrl } = change;
  const told = new Map<string, string>();
  for (const channel of new Set(rules.flatMap((rule) => rule.channels))) {
    const isTold = (id: string): boolean => rules.find((rule) => rule.id === id)?.channels.includes(channel) === true;
    const own = begun.filter(({ rule }) => isTold(rule.id));
    const over = ended
      .filter(({ rule }) => isTold(rule))
      .map(({ rule, flow }) => ({ rule, flow, when: rules.find(({ id }) => id === rule)?.when ?? null }));
    if (own.length + over.length > 0)
      told.set(channel, messageText(workspace, own, over, `${publicUrl}/w/${workspace}/records?status=failed`));
  }
  return told;
}

/** Digests whose hour has come and that were not told today; their states stay, so that none is told twice. */
async function tellDigests(at: {
  readonly services: Services;
  readonly client: Queryable;
  readonly tenant: Tenant;
  readonly rules: readonly Rule[];
  readonly known: Map<string, AlertState>;
  readonly publicUrl: string;
  readonly nowMs: number;
}): Promise<readonly { readonly channel: string; readonly text: string }[]> {
  const { services, client, tenant, rules, known, publicUrl, nowMs } = at;
  const told = [];
  for (const rule of rules) {
    if (rule.when !== "digest") continue;
    const before = known.get(keyOf(rule.id, ""));
    known.delete(keyOf(rule.id, ""));
    const today = timeText(nowMs).slice(0, 10);
    const isTold = before?.toldAt !== null && before?.toldAt !== undefined && timeText(before.toldAt).slice(0, 10) === today;
    if (isTold || timeText(nowMs).slice(11, 16) < rule.at) continue;
    const flows = [];
    for (const flow of rule.flows ?? [...tenant.flows.values()].filter((row) => row.isEnabled).map((row) => row.id)) {
      const position = await flowPosition(services.engine.pool, ledgerId(tenant.id, flow));
      const counts: ReadonlyMap<string, number> = position === null ? new Map() : await countRecords(services.engine.pool, position);
      const count = (status: string): number => counts.get(status) ?? 0;
      flows.push({ flow, done: count("done"), failed: count("failed"), queued: count("queued") + count("pending") });
    }
    await saveAlert(client, tenant.id, { rule: rule.id, flow: "", since: before?.since ?? nowMs, toldAt: nowMs, summary: "" });
    const text = digestText(
      tenant.id,
      flows,
      withOwners(
        tenant,
        rule,
        flows.map(({ flow }) => flow),
      ),
      `${publicUrl}/w/${tenant.id}/overview`,
    );
    for (const channel of rule.channels) told.push({ channel, text });
  }
  return told;
}

/** The instant itself, or the end of the quiet time in which it lies. */
function afterQuiet(channel: Channel | undefined, nowMs: number): number {
  if (channel?.quiet === undefined) return nowMs;
  const { from, to } = channel.quiet;
  const day = timeText(nowMs).slice(0, 10);
  const clock = timeText(nowMs).slice(11, 16);
  const isQuiet = from <= to ? clock >= from && clock < to : clock >= from || clock < to;
  if (!isQuiet) return nowMs;
  const end = parseTime(`${day} ${to}:00`);
  const endMs = end === null ? nowMs : instantOf(end);
  return endMs > nowMs ? endMs : endMs + 86_400_000;
}

function timeText(instantMs: number): string {
  return formatInstant(instantMs, "datetime");
}

const keyOf = (rule: string, flow: string): string => `${rule}\n${flow}`;

async function documentsOf<T>(client: Queryable, workspace: string, kind: "alert" | "channel"): Promise<readonly T[]> {
  return (await listDocuments(client, workspace, kind)).map(({ draft }) => JSON.parse(draft) as T);
}
