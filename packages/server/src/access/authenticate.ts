/** Who sends a request: a browser's log-in (cookie) or a script's key (Authorization: Bearer). */
import { DatongError } from "@datong/core";
import type { FastifyRequest } from "fastify";
import type { Services } from "../services.ts";
import { actorOfLogin } from "../store/people.ts";
import { actorOfKey } from "../store/workspaces.ts";
import type { Actor } from "./rights.ts";
import { hashToken } from "./token.ts";

export const SESSION_COOKIE = "datong_login";
export const SESSION_MS = 14 * 86_400_000;
const IDLE_MS = 3 * 86_400_000;
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Null for nobody. Throws CROSS_SITE for a write that a foreign page could have made the browser send. */
export async function authenticate({ engine }: Services, request: FastifyRequest): Promise<Actor | null> {
  const given = request.headers.authorization;
  if (given !== undefined) {
    const token = /^Bearer (\S{1,200})$/i.exec(given)?.[1];
    return token === undefined ? null : actorOfKey(engine.pool, hashToken(token), engine.ports.nowMs());
  }
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined || cookie.length > 200) return null;
  const actor = await actorOfLogin(engine.pool, hashToken(cookie), engine.ports.nowMs(), IDLE_MS);
  // A page of another site cannot set a header of its own without being asked first, and we allow nobody.
  if (actor !== null && !SAFE.has(request.method) && request.headers["x-requested-with"] !== "datong") throw new DatongError("CROSS_SITE");
  return actor;
}
