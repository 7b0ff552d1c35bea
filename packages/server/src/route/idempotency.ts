/**
 * `Idempotency-Key` on writes: the same key with the same request gives the first answer again and does nothing a second time, for a day.
 * The key is kept before the deed, so that two at once do it once. A request that failed on our side may be repeated with its key.
 */
import { createHash } from "node:crypto";
import { DatongError } from "@datong/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Services } from "../services.ts";

const HEADER = "idempotency-key";
const DAY = "1 day";
/** The answer was kept already and is only sent again. */
const REPLAYED = "idempotency-replayed";

export async function beforeAnswer({ engine }: Services, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const key = keyOf(request);
  if (key === undefined) return undefined;
  const { pool } = engine;
  const actor = `${request.actor?.kind}:${request.actor?.id}`;
  await pool.query(`delete from kept_answer where actor = $1 and made_at < now() - interval '${DAY}'`, [actor]);
  const hash = createHash("sha256")
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  const { rowCount } = await pool.query("insert into kept_answer (actor, key, request) values ($1, $2, $3) on conflict do nothing", [
    actor,
    key,
    hash,
  ]);
  if (rowCount === 1) return undefined;
  const { rows } = await pool.query<{ request: Buffer; status: number | null; body: string | null }>(
    "select request, status, body from kept_answer where actor = $1 and key = $2",
    [actor, key],
  );
  const [kept] = rows;
  if (kept === undefined || kept.status === null || !hash.equals(kept.request)) throw new DatongError("IDEMPOTENCY_KEY_REUSED", { key });
  return reply
    .code(kept.status)
    .header(REPLAYED, "true")
    .type("application/json; charset=utf-8")
    .serializer((text: unknown) => String(text))
    .send(kept.body ?? "");
}

export async function afterAnswer({ engine }: Services, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const key = keyOf(request);
  if (key === undefined || reply.hasHeader(REPLAYED) || request.actor === null) return payload;
  const at = [`${request.actor.kind}:${request.actor.id}`, key];
  if (reply.statusCode >= 400) {
    // Not of another request that holds the same key.
    if (reply.statusCode !== 409) await engine.pool.query("delete from kept_answer where actor = $1 and key = $2 and status is null", at);
    return payload;
  }
  const body = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : null;
  await engine.pool.query("update kept_answer set status = $3, body = $4 where actor = $1 and key = $2", [...at, reply.statusCode, body]);
  return payload;
}

/** Of a write by somebody who was let in. */
function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers[HEADER];
  if (typeof key !== "string" || request.method === "GET" || request.actor === null) return undefined;
  if (key.length > 200) throw new DatongError("REQUEST_INVALID", { path: `headers/${HEADER}`, expected: "≤ 200" });
  return key;
}
