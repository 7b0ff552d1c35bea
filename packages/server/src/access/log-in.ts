/** Begins a browser's log-in: a random token in a cookie that scripts cannot read and other sites cannot send; only its hash is kept. */
import type { FastifyReply } from "fastify";
import type { Services } from "../services.ts";
import { addLogin } from "../store/people.ts";
import { SESSION_COOKIE, SESSION_MS } from "./authenticate.ts";
import { newToken } from "./token.ts";

/** `lastsMs`: at most, however much it is used; two weeks unless given. */
export async function logIn(services: Services, reply: FastifyReply, person: string, lastsMs: number = SESSION_MS): Promise<void> {
  const token = newToken("");
  const endsAt = services.engine.ports.nowMs() + lastsMs;
  await addLogin(services.engine.pool, token.hash, person, endsAt);
  void reply.setCookie(SESSION_COOKIE, token.text, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: services.isSecure,
    expires: new Date(endsAt),
  });
}
