/**
 * Single sign-on over three public addresses: what the log-in page shows, the way to the identity provider, and the way back. Whoever is
 * refused comes back to the log-in page, which says why.
 */
import { DatongError, errorToJson } from "@datong/core";
import { transaction } from "@datong/engine";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { logIn } from "../access/log-in.ts";
import { OIDC_MINUTES, type Oidc } from "../access/oidc.ts";
import { route, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import { addAudit } from "../store/audit.ts";
import { signInByOidc } from "../store/oidc-people.ts";
import { closed, Nullable } from "./shapes.ts";

const COOKIE = "datong_oidc";
const PATH = "/api/v1/oidc";
/** Who leaves the company loses his access within a working day. */
const LOG_IN_MS = 12 * 3_600_000;
const REFUSALS = ["OIDC_OFF", "OIDC_UNREACHED", "OIDC_REFUSED", "OIDC_NOT_MAPPED", "OIDC_NAME_TAKEN"] as const;
type Refusal = (typeof REFUSALS)[number];

const Said = Type.Optional(Type.String({ maxLength: 4000 }));
/** What OAuth 2.0 (RFC 6749, RFC 9207) and OpenID Connect's sessions name is described; a provider may say more, at the same length. */
const CallbackQuery = Type.Object(
  { code: Said, state: Said, error: Said, error_description: Said, iss: Said, session_state: Said },
  { additionalProperties: Type.String({ maxLength: 4000 }), maxProperties: 20 },
);

function redirectUri({ publicUrl }: Services, request: FastifyRequest): string {
  return `${publicUrl ?? `${request.protocol}://${request.host}`}${PATH}/callback`;
}

function needed(oidc: Oidc | null): Oidc {
  if (oidc === null) throw new DatongError("OIDC_OFF");
  return oidc;
}

/** A browser gets a page that says why; others the problem itself. */
async function orToLogIn(services: Services, request: FastifyRequest, reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof DatongError ? REFUSALS.find((each) => each === error.code) : undefined;
    if (code === undefined || !(request.headers.accept ?? "").includes("text/html")) throw error;
    services.log(`single sign-on: ${(error as Error).message}`);
    return reply.redirect(`/login?refused=${code}`, 302);
  }
}

export const OIDC_ROUTES: readonly Route[] = [
  route({
    id: "oidc",
    method: "GET",
    url: PATH,
    tag: "access",
    zh: "登录页要显示的：有没有单点登录；被拒绝的原因（refused）",
    en: "What the log-in page shows: whether there is single sign-on, and why one was refused",
    right: "public",
    query: Type.Object({ refused: Type.Optional(Type.Unsafe<Refusal>({ type: "string", enum: [...REFUSALS] })) }, closed),
    gives: Type.Object({ name: Nullable(Type.String()), refusal: Type.Unknown() }),
    handle: async ({ services, query: { refused } }) => ({
      name: services.oidc?.name ?? null,
      refusal: refused === undefined ? null : errorToJson(new DatongError(refused, { name: "…", reason: "…" })),
    }),
  }),
  route({
    id: "oidcBegin",
    method: "GET",
    url: `${PATH}/begin`,
    tag: "access",
    zh: "去身份提供方登录（302）",
    en: "To the identity provider (302)",
    right: "public",
    status: 302,
    query: Type.Object({ to: Type.Optional(Type.String({ maxLength: 1000 })) }, closed),
    handle: async ({ services, query, request, reply }) =>
      orToLogIn(services, request, reply, async () => {
        const to = /^\/w\/[^\\]*$/.test(query.to ?? "") ? (query.to ?? "/") : "/";
        const { url, kept } = await needed(services.oidc).begin(redirectUri(services, request), to);
        const options = { path: PATH, httpOnly: true, sameSite: "lax", secure: services.isSecure, maxAge: OIDC_MINUTES * 60 } as const;
        return reply.setCookie(COOKIE, kept, options).redirect(url, 302);
      }),
  }),
  route({
    id: "oidcCallback",
    method: "GET",
    url: `${PATH}/callback`,
    tag: "access",
    zh: "身份提供方把人送回来（302 到控制台）",
    en: "Where the identity provider sends people back to (302 to the console)",
    right: "public",
    status: 302,
    query: CallbackQuery,
    handle: async ({ services, request, reply }) =>
      orToLogIn(services, request, reply, async () => {
        void reply.clearCookie(COOKIE, { path: PATH });
        const url = new URL(request.url, "http://here");
        const { identity, to } = await needed(services.oidc).finish(url, request.cookies[COOKIE]);
        const { pool, ids } = services.engine;
        const person = await transaction(pool, async (client) => {
          const found = await signInByOidc(client, identity);
          const { name, mapping } = identity;
          const after = JSON.stringify({ isAdmin: mapping.isAdmin, roles: Object.fromEntries(mapping.roles), isRefused: found === null });
          const entry = { id: ids.next(), workspace: "", deed: "login.oidc", object: found?.name ?? name, before: null, after };
          await addAudit(client, { ...entry, actor: `person:${found?.name ?? name}` });
          return found;
        });
        if (person === null) throw new DatongError("OIDC_NOT_MAPPED", { name: identity.name });
        await logIn(services, reply, person.id, LOG_IN_MS);
        return reply.redirect(to, 302);
      }),
  }),
];
