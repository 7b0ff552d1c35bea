/**
 * Rows that others push: into passive flows, answered only once they are durable. By an API key, or by a signature: the sender has a secret
 * of that flow alone and signs instant and body with it, so that nothing can be altered or sent again later.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { BUILT_IN_SYSTEM, DatongError, isArray, isObject, readJson, type Json } from "@datong/core";
import { Type } from "typebox";
import { livingWorkers, type ReceivedRow, type WorkerFlow } from "@datong/engine";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { addAudit } from "../store/audit.ts";
import { statusOfError } from "../route/problem.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { addHookCall, addHookRefusal, forgetHookCalls, listHookCalls, type HookCall, type HookRefusal } from "../store/hook-calls.ts";
import { openSecret, removeSecret, saveSecret, secretNames } from "../store/secrets.ts";
import { perform } from "./deed.ts";
import { AtId, Instant, Nullable } from "./shapes.ts";

export const SIGNATURE_HEADER = "x-datong-signature";
export const TIMESTAMP_HEADER = "x-datong-timestamp";
/** How old a signed request may be, and how far its clock ahead. */
const WINDOW_S = 300;
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const ROWS_MAX = 10_000;
const NUMBERS_MAX = 500;
const SECRET = "HOOK";

const Received = Type.Object({
  stored: Type.Integer(),
  rows: Type.Array(
    Type.Object({
      index: Type.Integer(),
      key: Type.Optional(Type.String()),
      number: Type.Optional(Type.String()),
      code: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
    }),
  ),
});

/** A list, Qeasy's `{"content":[…]}`, or one row; every digit as it was sent. */
function rowsOf(text: string): readonly Json[] {
  const value = readJson(text);
  const { content } = isObject(value) ? value : {};
  const rows = isArray(value) ? value : isArray(content) ? content : [value];
  if (rows.length > ROWS_MAX) throw new DatongError("REQUEST_INVALID", { path: "body", expected: `≤ ${ROWS_MAX}` });
  return rows;
}

interface Taken {
  readonly stored: number;
  readonly rows: readonly ReceivedRow[];
}

async function receive({ services, workspace, params, request }: Call<{ readonly id: string }, unknown, unknown>): Promise<Taken> {
  const flow = ledgerId(workspace, params.id);
  const rows = await services.engine.receive(flow, rowsOf(request.rawBody));
  return { stored: rows.filter((row) => "key" in row).length, rows };
}

/** What came of a call, kept for the flow's page; also of one that cannot be taken. */
async function noted<T extends Taken | { readonly run: string }>(
  { services, params }: Call<{ readonly id: string }, unknown, unknown>,
  { workspace, by }: { readonly workspace: string; readonly by: HookCall["by"] },
  work: () => Promise<T>,
): Promise<T> {
  const { pool, ids } = services.engine;
  const at = { workspace, flow: params.id };
  try {
    const result = await work();
    const told = "run" in result ? { run: result.run } : { rows: result.rows.length, stored: result.stored, ...codeOf(result.rows) };
    await addHookCall(pool, ids, at, { by, status: 202, ...told });
    return result;
  } catch (error) {
    if (error instanceof DatongError) await addHookCall(pool, ids, at, { by, status: statusOfError(error), code: error.code });
    throw error;
  }
}

function codeOf(rows: Taken["rows"]): { readonly code?: string } {
  const bad = rows.find((row) => "code" in row);
  return bad === undefined || !("code" in bad) ? {} : { code: bad.code };
}

/** The flow where a signed call sets it off; null for one that takes rows. */
async function triggered({ services, workspace, params }: Call<{ readonly id: string }, unknown, unknown>): Promise<WorkerFlow | null> {
  const tenant = await services.tenants.open(workspace);
  const entry = tenant.published.flows.get(params.id);
  // What is not published here may still take rows, as a flow that has run before does.
  if (entry?.kind !== "ready" || entry.flow.source.connection === BUILT_IN_SYSTEM) return null;
  if (tenant.flows.get(params.id)?.isEnabled !== true) throw new DatongError("FLOW_NOT_ENABLED", { flow: params.id });
  return placedFlow(tenant, params.id);
}

/** Begins a reading by hand; who set it off is in the audit log. */
async function begin(call: Call<{ readonly id: string }, unknown, unknown>, flow: WorkerFlow): Promise<{ readonly run: string }> {
  const { services, workspace, params, request } = call;
  const body = request.rawBody === "" ? null : readJson(request.rawBody);
  const given = isObject(body) ? body["numbers"] : undefined;
  const numbers = given !== undefined && isArray(given) ? given.map(String).slice(0, NUMBERS_MAX) : [];
  const { pool, ids } = services.engine;
  const { id } = await services.runs.startNow({ workspace, flow: params.id }, flow, numbers.length === 0 ? {} : { numbers });
  await addAudit(pool, {
    id: ids.next(),
    workspace,
    actor: "hook",
    deed: "flow.run",
    object: params.id,
    before: null,
    after: numbers.join(", "),
  });
  return { run: id };
}

function takesOf({ connection, api }: WorkerFlow["flow"]["source"]): "rows" | "run" | "nothing" {
  if (connection !== BUILT_IN_SYSTEM) return "run";
  return api === "receive" ? "rows" : "nothing";
}

/** Where a flow's hook secret lies among the secrets: a place that no connection can have. */
const hookOf = (workspace: string, id: string) => ({ workspace, connection: `hook:${id}`, name: SECRET });

/** A signature that was taken: used up once the call is done with, and good again where it was not. */
interface TakenSignature {
  readonly useUp: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
}

/** Throws SIGNATURE_WRONG, the same for a flow that is not there. */
async function takeSignature(call: Call<{ readonly workspace: string; readonly id: string }, unknown, unknown>): Promise<TakenSignature> {
  const { services, params, request } = call;
  const { pool, ports, worker } = services.engine;
  const refuse = async (refusal: HookRefusal | null): Promise<never> => {
    // Whoever has no hook is told the same, and nothing is noted for him.
    if (refusal !== null) await addHookRefusal(pool, { workspace: params.workspace, flow: params.id }, refusal, ports.nowMs());
    throw new DatongError("SIGNATURE_WRONG");
  };
  const at = String(request.headers[TIMESTAMP_HEADER] ?? "");
  const given = /^sha256=([0-9a-f]{64})$/.exec(String(request.headers[SIGNATURE_HEADER] ?? ""))?.[1];
  const secret = await openSecret(pool, services.masterKey, hookOf(params.workspace, params.id));
  if (secret === null) return refuse(null);
  if (given === undefined || !/^\d{1,12}$/.test(at)) return refuse("unsigned");
  if (Math.abs(ports.nowMs() / 1000 - Number(at)) > WINDOW_S) return refuse("clock");
  const wanted = createHmac("sha256", secret).update(`${at}.${request.rawBody}`).digest();
  if (!timingSafeEqual(wanted, Buffer.from(given, "hex"))) return refuse("signature");
  // Once within the window: what is recorded and sent again is refused.
  const actor = `hook:${params.workspace}/${params.id}`;
  await pool.query("delete from kept_answer where actor = $1 and made_at < now() - interval '15 minutes'", [actor]);
  // One that is held by a process that died before it was used up let nothing in that the sender was told of: he may send it again.
  const { rowCount } = await pool.query(
    `insert into kept_answer as k (actor, key, request, owner) values ($1, $2, $3, $4) on conflict (actor, key) do update
       set owner = excluded.owner where k.status is null and k.owner is not null and not k.owner = any($5::uuid[])`,
    [actor, given, wanted, worker.id, await livingWorkers(pool)],
  );
  if (rowCount === 0) await refuse("again");
  return {
    useUp: async () => void (await pool.query("update kept_answer set status = 202 where actor = $1 and key = $2", [actor, given])),
    giveBack: async () => void (await pool.query("delete from kept_answer where actor = $1 and key = $2", [actor, given])),
  };
}

export const INCOMING_ROUTES: readonly Route[] = [
  route({
    id: "pushRows",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/push",
    tag: "incoming",
    zh: "推送数据行到被动方案：数组、{content:[…]} 或一行；存妥后才回答",
    en: "Push rows into a passive flow: a list, {content:[…]} or one row; answered once they are durable",
    right: "operate",
    scope: "push",
    status: 202,
    bodyBytesMax: BODY_BYTES_MAX,
    params: AtId,
    body: Type.Unknown(),
    gives: Received,
    handle: async (call) => {
      if (!(await call.services.tenants.open(call.workspace)).flows.has(call.params.id)) throw unknown("flow", call.params.id);
      return noted(call, { workspace: call.workspace, by: "console" }, () => receive(call));
    },
  }),
  route({
    id: "hook",
    method: "POST",
    url: "/hooks/:workspace/:id",
    tag: "incoming",
    zh: "签名推送（Webhook）：被动方案收下数据行；其他方案立即读取一次，正文可给 numbers 只读这些单号；X-Datong-Timestamp 为秒，X-Datong-Signature 为 sha256=HMAC(密钥, 时间戳.原文)",
    en: "A signed push (webhook): a passive flow takes its rows, any other is read at once, only the bills that `numbers` in the body names; X-Datong-Timestamp in seconds, X-Datong-Signature sha256=HMAC(secret, timestamp.body)",
    right: "public",
    status: 202,
    bodyBytesMax: BODY_BYTES_MAX,
    params: AtId,
    body: Type.Unknown(),
    gives: Type.Union([Received, Type.Object({ run: Type.String() })]),
    handle: async (call) => {
      const signature = await takeSignature(call);
      const at = { ...call, workspace: call.params.workspace };
      try {
        const taken = await noted(call, { workspace: at.workspace, by: "hook" }, async () => {
          const flow = await triggered(at);
          return flow === null ? receive(at) : begin(at, flow);
        });
        await signature.useUp();
        return taken;
      } catch (error) {
        await signature.giveBack();
        throw error;
      }
    },
  }),
  route({
    id: "showHook",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/hook",
    tag: "incoming",
    zh: "方案的推送地址、密钥何时生成，最近的调用及结果；不含密钥与正文",
    en: "The address of a flow's hook, since when it has a secret, and its last calls with what came of them; neither the secret nor what was sent",
    right: "view",
    params: AtId,
    gives: Type.Object({
      url: Type.String(),
      madeAt: Nullable(Instant),
      takes: Nullable(
        Type.Union([Type.Literal("rows"), Type.Literal("run"), Type.Literal("nothing")], {
          description:
            "rows 收数据行；run 立即读取一次；未发布为 null / It takes rows, or a call reads the source at once; null: not published",
        }),
      ),
      isEnabled: Type.Boolean(),
      calls: Type.Array(
        Type.Object({
          at: Instant,
          status: Type.Integer(),
          by: Type.String(),
          rows: Type.Optional(Type.Integer()),
          stored: Type.Optional(Type.Integer()),
          run: Type.Optional(Type.String()),
          code: Type.Optional(Type.String()),
          refusal: Type.Optional(Type.String({ description: "unsigned, clock, signature, again" })),
        }),
      ),
    }),
    handle: async ({ services, workspace, params: { id } }) => {
      const tenant = await services.tenants.open(workspace);
      const row = tenant.flows.get(id);
      if (row === undefined) throw unknown("flow", id);
      const entry = tenant.published.flows.get(id);
      const { pool } = services.engine;
      const [secret] = await secretNames(pool, workspace, hookOf(workspace, id).connection);
      return {
        url: `/hooks/${workspace}/${id}`,
        madeAt: secret?.changedAt ?? null,
        takes: entry?.kind !== "ready" ? null : takesOf(entry.flow.source),
        isEnabled: row.isEnabled,
        calls: await listHookCalls(pool, { workspace, flow: id }),
      };
    },
  }),
  route({
    id: "makeHook",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/hook",
    tag: "incoming",
    zh: "生成（或更换）方案的推送密钥；只在此时给出一次",
    en: "Make (or change) a flow's hook secret; it is told this once",
    right: "design",
    status: 201,
    params: AtId,
    gives: Type.Object({ url: Type.String(), secret: Nullable(Type.String()) }),
    handle: async (call) => {
      const { services, workspace, params } = call;
      if (!(await services.tenants.open(workspace)).flows.has(params.id)) throw unknown("flow", params.id);
      const secret = randomBytes(32).toString("base64url");
      return perform(call, async (client) => {
        await saveSecret(client, services.masterKey, hookOf(workspace, params.id), secret);
        return [
          { url: `/hooks/${workspace}/${params.id}`, secret },
          { name: "hook.make", object: params.id },
        ];
      });
    },
  }),
  route({
    id: "removeHook",
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/flows/:id/hook",
    tag: "incoming",
    zh: "作废方案的推送密钥",
    en: "Take a flow's hook secret away",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params } = call;
      await perform(call, async (client) => {
        await removeSecret(client, hookOf(workspace, params.id));
        await forgetHookCalls(client, { workspace, flow: params.id });
        return [undefined, { name: "hook.remove", object: params.id }];
      });
    },
  }),
];
