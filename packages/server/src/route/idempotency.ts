/**
 * `Idempotency-Key` on writes: the same key with the same request gives the first answer again and does nothing a second time, for a day.
 * Kept answers are sealed: some hold what is told only once. The key is kept before the deed, so that two at once do it once. A request that failed may be repeated with its key.
 *
 * A key belongs to the process that works on it. Where that process died before it had answered, what it did for certain tells how to go
 * on: a deed is noted beside the key in the deed's own transaction (`noteDone`). Noted, it is done and told so; not noted, and of a route
 * whose every effect is one such transaction (`isAtomic`), it was not done and is done now; else nobody can tell, and the answer says so.
 */
import { createHash } from "node:crypto";
import { livingWorkers, seal, unseal, type Queryable } from "@datong/engine";
import { DatongError } from "@datong/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Services } from "../services.ts";

const HEADER = "idempotency-key";
const DAY = "1 day";
const KEY_MAX = 200;
/** The answer was kept already and is only sent again. */
const REPLAYED = "idempotency-replayed";
/** Requests whose key this process holds. */
const held = new WeakSet<FastifyRequest>();

interface Kept {
  readonly request: Buffer;
  readonly status: number | null;
  readonly body: string | null;
  readonly owner: string | null;
  readonly deed: string | null;
}

export async function beforeAnswer({ engine, masterKey }: Services, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const key = keyOf(request);
  if (key === undefined) return undefined;
  const { pool, worker } = engine;
  const actor = actorOf(request);
  await pool.query(`delete from kept_answer where actor = $1 and made_at < now() - interval '${DAY}'`, [actor]);
  // As it came: two bodies that differ in the last digit of a long id are the same once they are read as numbers.
  const hash = createHash("sha256").update(`${request.method} ${request.url}\n${request.rawBody}`).digest();
  const { rowCount } = await pool.query(
    "insert into kept_answer (actor, key, request, owner) values ($1, $2, $3, $4) on conflict do nothing",
    [actor, key, hash, worker.id],
  );
  if (rowCount === 1) {
    held.add(request);
    return undefined;
  }
  const { rows } = await pool.query<Kept>("select request, status, body, owner, deed from kept_answer where actor = $1 and key = $2", [
    actor,
    key,
  ]);
  const [kept] = rows;
  // Gone just now: the request that held it failed.
  if (kept === undefined) throw new DatongError("IDEMPOTENCY_UNDER_WAY", { key });
  if (!hash.equals(kept.request)) throw new DatongError("IDEMPOTENCY_KEY_REUSED", { key });
  if (kept.status === null) return recover(engine, request, kept, { actor, key });
  const body = kept.body === null ? "" : unseal(masterKey, placeOf(actor, key), Buffer.from(kept.body, "base64"))?.toString("utf8");
  // Under another master key: what was answered cannot be told again.
  if (body === undefined) throw new DatongError("IDEMPOTENCY_KEY_REUSED", { key });
  return reply
    .code(kept.status)
    .header(REPLAYED, "true")
    .type("application/json; charset=utf-8")
    .serializer((text: unknown) => String(text))
    .send(body);
}

/** Of a request that has no answer: taken over where it is certain that nothing was done, else told of. */
async function recover(
  { pool, worker }: Services["engine"],
  request: FastifyRequest,
  kept: Kept,
  at: { readonly actor: string; readonly key: string },
): Promise<undefined> {
  const { key } = at;
  if (kept.owner !== null && (await livingWorkers(pool)).includes(kept.owner)) throw new DatongError("IDEMPOTENCY_UNDER_WAY", { key });
  if (kept.deed !== null) throw new DatongError("IDEMPOTENCY_DONE", { key, deed: kept.deed });
  if (request.routeOptions.config.route?.isAtomic !== true) throw new DatongError("IDEMPOTENCY_OUTCOME_UNKNOWN", { key });
  const { rowCount } = await pool.query(
    "update kept_answer set owner = $3 where actor = $1 and key = $2 and status is null and deed is null and owner is not distinct from $4",
    [at.actor, key, worker.id, kept.owner],
  );
  if (rowCount !== 1) throw new DatongError("IDEMPOTENCY_UNDER_WAY", { key });
  held.add(request);
  return undefined;
}

/** The request's deed is done when this transaction is. */
export async function noteDone(client: Queryable, request: FastifyRequest, deed: string): Promise<void> {
  const key = held.has(request) ? keyOf(request) : undefined;
  if (key !== undefined)
    await client.query("update kept_answer set deed = $3 where actor = $1 and key = $2", [actorOf(request), key, deed]);
}

export async function afterAnswer(
  { engine, masterKey }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const key = held.has(request) ? keyOf(request) : undefined;
  if (key === undefined || reply.hasHeader(REPLAYED)) return payload;
  held.delete(request);
  const actor = actorOf(request);
  const at = [actor, key];
  if (reply.statusCode >= 400) {
    await engine.pool.query("delete from kept_answer where actor = $1 and key = $2 and status is null and deed is null", at);
    return payload;
  }
  const body = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : null;
  const sealed = body === null ? null : seal(masterKey, placeOf(actor, key), Buffer.from(body, "utf8")).toString("base64");
  await engine.pool.query("update kept_answer set status = $3, body = $4 where actor = $1 and key = $2", [...at, reply.statusCode, sealed]);
  return payload;
}

const placeOf = (actor: string, key: string): string => `answer\n${actor}\n${key}`;

function actorOf(request: FastifyRequest): string {
  return `${request.actor?.kind}:${request.actor?.id}`;
}

/** Of a write by somebody who was let in. */
function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers[HEADER];
  if (typeof key !== "string" || request.method === "GET" || request.actor === null) return undefined;
  if (key === "" || key.length > KEY_MAX)
    throw new DatongError("REQUEST_INVALID", {
      path: `headers/${HEADER}`,
      expected: `1 至 ${KEY_MAX} 个字符 / 1 to ${KEY_MAX} characters`,
    });
  return key;
}
