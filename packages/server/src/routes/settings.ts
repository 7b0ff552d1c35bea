/** The installation's settings: how long what is kept, how much room exchanges may take, the state of database, keys and single sign-on; the backup. */
import { PassThrough } from "node:stream";
import { DatongError, errorToJson, type Status } from "@datong/core";
import {
  diagnoseStore,
  EXCHANGE_KEEP_DAYS,
  exchangeRoom,
  loadRetention,
  masterKeyState,
  saveExchangeQuota,
  saveRetention,
  SETTLED,
  streamBackup,
  type Queryable,
  type RetentionPart,
} from "@datong/engine";
import { Type } from "typebox";
import { route, type Route } from "../route/route.ts";
import { secretAges } from "../store/secrets.ts";
import { perform } from "./deed.ts";
import { closed, Instant, Nullable } from "./shapes.ts";

const PARTS: readonly RetentionPart[] = ["exchanges", "bodies", "rows", "certificates"];
/** Parts that no status divides. */
const UNDIVIDED: ReadonlySet<RetentionPart> = new Set(["exchanges", "certificates"]);
const MEGABYTE = 1024 * 1024;
const Days = Nullable(
  Type.Integer({
    minimum: 0,
    maximum: 36_500,
    description: "天数；null 为默认（请求与响应 30 天，其余一直） / Days; null: as without a setting",
  }),
);
const Kept = Type.Object({
  flow: Nullable(Type.String({ description: "方案（账本中的标识）；null 为全部 / The flow as the ledger knows it; null: all" })),
  part: Type.Unsafe<RetentionPart>({ type: "string", enum: [...PARTS] }),
  status: Nullable(Type.Unsafe<Status>({ type: "string", enum: [...SETTLED] })),
  keepDays: Days,
});

async function retentionOf(client: Queryable): Promise<readonly object[]> {
  const { rows } = await client.query<{ num: number; id: string }>("select num, id from flow");
  const names = new Map(rows.map(({ num, id }) => [num, id]));
  return (await loadRetention(client)).map(({ flow, ...rest }) => ({
    flow: flow === 0 ? null : (names.get(flow) ?? String(flow)),
    ...rest,
  }));
}

/** The flow's number; 0 for all. Throws OBJECT_UNKNOWN. */
async function numberOf(client: Queryable, flow: string | null): Promise<number> {
  if (flow === null) return 0;
  const { rows } = await client.query<{ num: number }>("select num from flow where id = $1", [flow]);
  if (rows[0] === undefined) throw new DatongError("OBJECT_UNKNOWN", { kind: "运行过的方案 / flow that has run", id: flow });
  return rows[0].num;
}

export const SETTINGS_ROUTES: readonly Route[] = [
  route({
    id: "showSettings",
    method: "GET",
    url: "/api/v1/settings",
    tag: "settings",
    zh: "系统设置与状态：保留期限、配额、数据库、主密钥与密码的时间、单点登录、时区",
    en: "Settings and state: retention, quota, database, age of master key and secrets, single sign-on, time zone",
    right: "system",
    gives: Type.Object({
      retention: Type.Array(Kept),
      exchangeDefaultDays: Type.Integer(),
      exchanges: Type.Object({ bytes: Type.Number(), bytesMax: Nullable(Type.Number()), notice: Type.Unknown() }),
      database: Type.Unknown(),
      masterKey: Type.Object({ fits: Type.Boolean(), since: Nullable(Instant), problem: Type.Unknown() }),
      secrets: Type.Array(Type.Object({ workspace: Type.String(), connection: Type.String(), name: Type.String(), changedAt: Instant })),
      oidc: Nullable(Type.Object({ issuer: Type.String(), name: Type.String() })),
      publicUrl: Nullable(Type.String()),
      zone: Type.String(),
    }),
    handle: async ({ services }) => {
      const { engine, masterKey, oidc, publicUrl } = services;
      const { pool } = engine;
      const key = await masterKeyState(pool, masterKey);
      return {
        retention: await retentionOf(pool),
        exchangeDefaultDays: EXCHANGE_KEEP_DAYS,
        exchanges: await exchangeRoom(pool),
        database: { address: engine.database.describe(), ...(await diagnoseStore(pool)) },
        masterKey: { ...key, problem: key.fits ? null : errorToJson(new DatongError("MASTER_KEY_OTHER")) },
        secrets: await secretAges(pool),
        oidc: oidc === null ? null : { issuer: oidc.issuer, name: oidc.name },
        publicUrl: publicUrl ?? null,
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
    },
  }),
  route({
    id: "setRetention",
    method: "PUT",
    url: "/api/v1/settings/retention",
    tag: "settings",
    zh: "保留期限：exchanges 请求与响应，bodies 源数据与报文，rows 单据本身，certificates 完整性证书；未了结的单据从不清理",
    en: "How long what is kept: exchanges, bodies (rows and documents as texts), rows (the bills themselves), certificates; what is not settled always stays",
    right: "system",
    body: Type.Object({ ...Kept.properties, status: Type.Optional(Kept.properties.status) }, closed),
    handle: async (call) => {
      const { part, keepDays, flow } = call.body;
      const status = UNDIVIDED.has(part) ? null : (call.body.status ?? "done");
      await perform({ ...call, workspace: "" }, async (client) => {
        await saveRetention(client, { flow: await numberOf(client, flow), part, status, keepDays });
        return [undefined, { name: "settings.retention", object: flow ?? "*", after: JSON.stringify({ part, status, keepDays }) }];
      });
    },
  }),
  route({
    id: "setQuota",
    method: "PUT",
    url: "/api/v1/settings/exchange-quota",
    tag: "settings",
    zh: "请求与响应的空间配额；超过时最早的日期先删，单据不受影响；null 取消",
    en: "Room for requests and responses; beyond it the oldest days go first, no bill is touched; null: without end",
    right: "system",
    body: Type.Object({ bytesMax: Nullable(Type.Integer({ minimum: 10 * MEGABYTE })) }, closed),
    handle: async (call) => {
      const { bytesMax } = call.body;
      await perform({ ...call, workspace: "" }, async (client) => {
        await saveExchangeQuota(client, bytesMax);
        return [undefined, { name: "settings.quota", object: "exchanges", after: String(bytesMax) }];
      });
    },
  }),
  route({
    id: "downloadBackup",
    method: "GET",
    url: "/api/v1/backup",
    tag: "settings",
    zh: "下载整库备份（不停机，同一时刻的数据；不含主密钥）；恢复用 datong restore，只进空库",
    en: "Download a backup of everything as it is at one instant (without the master key); `datong restore` takes it, into an empty database",
    right: "system",
    gives: Type.String({ description: "备份文件 / the backup" }),
    media: "application/zstd",
    handle: async (call) => {
      const { services, reply } = call;
      const { engine, log } = services;
      const nowMs = engine.ports.nowMs();
      const name = `datong-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}.backup`;
      await perform({ ...call, workspace: "" }, async () => [undefined, { name: "backup.download", object: name }]);
      const stream = new PassThrough();
      streamBackup(engine.database, nowMs, stream).catch((error: unknown) => {
        // Whoever downloads sees it break off; a file without its end is refused by every restore.
        log(`backup: ${String(error)}`);
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      });
      void reply.header("Content-Disposition", `attachment; filename="${name}"`).header("Content-Encoding", "identity");
      return reply.type("application/zstd").send(stream);
    },
  }),
];
