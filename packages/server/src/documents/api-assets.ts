/**
 * The APIs of a workspace's connections as assets: who uses them, what they were called, whether they are off line. Costs two statements,
 * whatever the number of calls and bills.
 */
import { BUILT_IN_SYSTEM, DatongError, formatInstant, type Api, type Connection, type Connector } from "@datong/core";
import { apiPauseId, listPauses, quantileOf, readApiCalls, type ApiCalls } from "@datong/engine";
import type { Services } from "../services.ts";
import { unknown } from "../store/documents.ts";
import { apiUses, type ApiUse } from "./api-uses.ts";
import { ledgerId, type Tenant } from "./tenants.ts";

const DAY_MS = 86_400_000;
export const SERIES_DAYS = 30;
/** Latency is told of the last week: it is about now. */
const LATENCY_DAYS = 7;

export interface OffLineState {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

export interface ApiAsset {
  readonly connection: string;
  readonly connectionName: string | null;
  readonly environment: string;
  readonly system: string;
  readonly systemName: { readonly zh: string; readonly en: string };
  readonly api: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly direction: "query" | "write";
  readonly offLine: OffLineState | null;
  readonly flows: readonly Pick<ApiUse, "flow" | "name" | "isEnabled" | "role">[];
  readonly callsToday: number;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly lastAt: number | null;
}

interface Placed {
  readonly id: string;
  readonly connection: Connection;
  readonly connector: Connector;
}

/** Every connection that is in order, with its connector. */
function placedOf(tenant: Tenant): readonly Placed[] {
  const { connections, connectors } = tenant.published;
  return [...connections.values()].flatMap(({ id, document }): Placed[] => {
    const connector = connectors.find(({ system }) => system === document?.system);
    return document === undefined || connector === undefined || connector.system === BUILT_IN_SYSTEM
      ? []
      : [{ id, connection: document, connector }];
  });
}

/** In the order of connection and code. `connection`: only of this one. */
export async function listAssets({ engine }: Services, tenant: Tenant, connection?: string): Promise<readonly ApiAsset[]> {
  const placed = placedOf(tenant).filter(({ id }) => connection === undefined || id === connection);
  const nowMs = engine.ports.nowMs();
  const ids = placed.map(({ id }) => ledgerId(tenant.id, id));
  const [month, week, pauses] = await Promise.all([
    monthOf(engine.pool, ids, dayOf(nowMs - (SERIES_DAYS - 1) * DAY_MS)),
    readApiCalls(engine.pool, { connections: ids, sinceDay: dayOf(nowMs - (LATENCY_DAYS - 1) * DAY_MS) }),
    listPauses(engine.pool),
  ]);
  const today = dayOf(nowMs);
  const sums = new Map(month.map((row) => [apiPauseId(row.connection, row.api), row]));
  const days = Map.groupBy(week, (row) => apiPauseId(row.connection, row.api));
  const off = new Map(pauses.flatMap(({ kind, id, ...rest }) => (kind === "api" ? [[id, rest] as const] : [])));
  const uses = Map.groupBy(apiUses(tenant), (use) => apiPauseId(use.connection, use.api));
  return placed.flatMap(({ id, connection: document, connector }) =>
    connector.apis.map((api): ApiAsset => {
      const key = apiPauseId(ledgerId(tenant.id, id), api.code);
      const sum = sums.get(key);
      const lately = days.get(key) ?? [];
      return {
        connection: id,
        connectionName: document.name ?? null,
        environment: document.environment ?? "production",
        system: connector.system,
        systemName: connector.name,
        api: api.code,
        name: api.name,
        direction: api.direction,
        offLine: offLineOf(off.get(key)),
        flows: (uses.get(apiPauseId(id, api.code)) ?? []).map(({ flow, name, isEnabled, role }) => ({ flow, name, isEnabled, role })),
        callsToday: lately.find(({ day }) => day === today)?.calls ?? 0,
        calls: sum?.calls ?? 0,
        errors: sum?.errors ?? 0,
        p95Ms: quantileOf(bucketsOf(lately), 0.95),
        lastAt: sum?.lastAt ?? null,
      };
    }),
  );
}

interface MonthRow {
  readonly connection: string;
  readonly api: string;
  readonly calls: number;
  readonly errors: number;
  readonly lastAt: number;
}

async function monthOf(pool: Services["engine"]["pool"], connections: readonly string[], sinceDay: string): Promise<readonly MonthRow[]> {
  const { rows } = await pool.query<MonthRow>(
    `select connection, api, sum(calls)::float8 as calls, sum(errors)::float8 as errors, max(last_at) as "lastAt"
     from api_usage where connection = any($1::text[]) and day >= $2::date group by 1, 2`,
    [connections, sinceDay],
  );
  return rows;
}

export interface AssetDetail {
  readonly asset: ApiAsset;
  readonly document: Api;
  readonly uses: readonly ApiUse[];
  readonly series: readonly {
    readonly day: string;
    readonly calls: number;
    readonly errors: number;
    readonly throttled: number;
    readonly p95Ms: number | null;
  }[];
  readonly lastError: { readonly at: number; readonly text: string } | null;
  readonly quota: {
    readonly callsPerSecond: number | null;
    readonly callsPerMinute: number | null;
    readonly callsPerDay: number | null;
    readonly concurrency: number;
    /** Of this API alone, and of all APIs of the connection, since midnight. */
    readonly usedToday: number;
    readonly usedTodayByConnection: number;
  };
}

/** Throws OBJECT_UNKNOWN, API_UNKNOWN. */
export async function assetDetail(services: Services, tenant: Tenant, connection: string, code: string): Promise<AssetDetail> {
  const { engine } = services;
  const { place, api } = findAsset(tenant, connection, code);
  const asset = (await listAssets(services, tenant, connection)).find((each) => each.api === code);
  if (asset === undefined) throw unknown("connection", connection);
  const nowMs = engine.ports.nowMs();
  const id = ledgerId(tenant.id, connection);
  const rows = await readApiCalls(engine.pool, { connections: [id], sinceDay: dayOf(nowMs - (SERIES_DAYS - 1) * DAY_MS) });
  const own = new Map(rows.filter((row) => row.api === code).map((row) => [row.day, row]));
  const today = dayOf(nowMs);
  const limits = { ...place.connector.limits, ...place.connection.limits, ...place.connection.limits?.apis?.[code] };
  const failed = [...own.values()].filter(({ lastError }) => lastError !== null).at(-1);
  return {
    asset,
    document: api,
    uses: apiUses(tenant).filter((use) => use.connection === connection && use.api === code),
    series: Array.from({ length: SERIES_DAYS }, (_none, i) => {
      const day = dayOf(nowMs - (SERIES_DAYS - 1 - i) * DAY_MS);
      const row = own.get(day);
      return {
        day,
        calls: row?.calls ?? 0,
        errors: row?.errors ?? 0,
        throttled: row?.throttled ?? 0,
        p95Ms: row === undefined ? null : quantileOf(row.buckets, 0.95),
      };
    }),
    lastError: failed === undefined ? null : { at: failed.lastErrorAt ?? failed.lastAt, text: failed.lastError ?? "" },
    quota: {
      callsPerSecond: limits.callsPerSecond ?? null,
      callsPerMinute: limits.callsPerMinute ?? null,
      callsPerDay: limits.callsPerDay ?? null,
      concurrency: limits.concurrency ?? place.connector.limits.concurrency,
      usedToday: own.get(today)?.calls ?? 0,
      usedTodayByConnection: rows.filter((row) => row.day === today).reduce((sum, row) => sum + row.calls, 0),
    },
  };
}

/** Throws OBJECT_UNKNOWN, API_UNKNOWN. */
export function findAsset(tenant: Tenant, connection: string, code: string): { readonly place: Placed; readonly api: Api } {
  const place = placedOf(tenant).find(({ id }) => id === connection);
  if (place === undefined) throw unknown("connection", connection);
  const api = place.connector.apis.find((each) => each.code === code);
  if (api === undefined)
    throw new DatongError("API_UNKNOWN", {
      api: code,
      system: place.connector.system,
      known: place.connector.apis.map((each) => each.code).join(", "),
    });
  return { place, api };
}

function offLineOf(row: { readonly pausedAt: number; readonly by: string; readonly reason: string } | undefined): OffLineState | null {
  return row === undefined ? null : { since: row.pausedAt, by: row.by, reason: row.reason };
}

function bucketsOf(rows: readonly ApiCalls[]): readonly number[] {
  const [first, ...others] = rows;
  if (first === undefined) return [];
  return first.buckets.map((count, i) => others.reduce((sum, row) => sum + (row.buckets[i] ?? 0), count));
}

function dayOf(atMs: number): string {
  return formatInstant(atMs, "date");
}
