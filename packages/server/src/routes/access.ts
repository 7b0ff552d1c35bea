/** Log-in, log-out, who one is, and the set-up of the first administrator. */
import { DatongError } from "@datong/core";
import { transaction } from "@datong/engine";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { SESSION_COOKIE } from "../access/authenticate.ts";
import { logIn } from "../access/log-in.ts";
import { hashPassword, PASSWORD_CHARACTERS_MAX, passwordFits } from "../access/password.ts";
import { hashToken } from "../access/token.ts";
import { grantIn, RoleSchema, seesPersonal } from "../access/rights.ts";
import { route, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import {
  addPerson,
  changePerson,
  countAdmins,
  endLogin,
  forgetFailedLogins,
  noteFailedLogin,
  passwordOf,
  takeSetupLink,
  waitOfLogin,
} from "../store/people.ts";
import { listWorkspaces } from "../store/workspaces.ts";
import { perform } from "./deed.ts";
import { closed, Name, Nullable } from "./shapes.ts";

const Password = Type.String({ minLength: 1, maxLength: PASSWORD_CHARACTERS_MAX });
const Credentials = Type.Object({ name: Name, password: Password }, closed);
const Me = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  isAdmin: Type.Boolean(),
  hasPassword: Type.Boolean({ description: "可以在这里修改密码 / Has a password here, to be changed" }),
  workspaces: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      role: Nullable(RoleSchema),
      isLimited: Type.Boolean({ description: "只能看一部分方案 / Sees some flows only" }),
      seesPersonal: Type.Boolean({ description: "个人信息不打码 / Personal fields are shown in clear" }),
    }),
  ),
});

interface Tried {
  /** Whose failures are counted: the name, the address. */
  readonly subjects: readonly string[];
  /** The hash; null where there is no such person, which nobody can tell from a wrong password. */
  readonly stored: string | null;
  readonly given: string;
  /** Thrown where it does not fit; SIGN_IN_THROTTLED where it is not even tried. */
  readonly code: "SIGN_IN_FAILED" | "PASSWORD_WRONG";
}

async function requireFit(services: Services, reply: FastifyReply, { subjects, stored, given, code }: Tried): Promise<void> {
  const { pool, ports } = services.engine;
  const seconds = await waitOfLogin(pool, subjects, ports.nowMs());
  if (seconds > 0) {
    void reply.header("Retry-After", seconds);
    throw new DatongError("SIGN_IN_THROTTLED", { seconds });
  }
  // Noted before it is checked, so that many at once are not all free.
  await noteFailedLogin(pool, subjects, ports.nowMs());
  if (!(await passwordFits(stored, given))) throw new DatongError(code);
  await forgetFailedLogins(pool, subjects);
}

export const ACCESS_ROUTES: readonly Route[] = [
  route({
    id: "logIn",
    method: "POST",
    url: "/api/v1/login",
    tag: "access",
    zh: "登录",
    en: "Log in",
    right: "public",
    body: Credentials,
    handle: async ({ services, body, request, reply }) => {
      const subjects = [`name:${body.name}`, `address:${request.ip}`];
      const person = await passwordOf(services.engine.pool, body.name);
      await requireFit(services, reply, { subjects, stored: person?.password ?? null, given: body.password, code: "SIGN_IN_FAILED" });
      if (person !== null) await logIn(services, reply, person.id);
    },
  }),
  route({
    id: "setUp",
    method: "POST",
    url: "/api/v1/setup",
    tag: "access",
    zh: "凭一次性链接建立首个管理员",
    en: "Make the first administrator, by the one-time link",
    right: "public",
    body: Type.Object({ token: Type.String({ maxLength: 200 }), name: Name, password: Password }, closed),
    handle: async ({ services, body, reply }) => {
      const { pool, ports } = services.engine;
      const password = await hashPassword(body.name, body.password);
      const person = await transaction(pool, async (client) => {
        // A link that is refused is not used up, one whose administrator could not be made neither.
        if (!(await takeSetupLink(client, hashToken(body.token), ports.nowMs())) || (await countAdmins(client)) > 0)
          throw new DatongError("SETUP_REFUSED");
        return addPerson(client, { name: body.name, display: body.name, password, isAdmin: true });
      });
      await logIn(services, reply, person.id);
    },
  }),
  route({
    id: "logOut",
    method: "POST",
    url: "/api/v1/logout",
    tag: "access",
    zh: "退出登录",
    en: "Log out",
    right: "signed-in",
    handle: async ({ services, request, reply }) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) await endLogin(services.engine.pool, hashToken(token));
      void reply.clearCookie(SESSION_COOKIE, { path: "/" });
    },
  }),
  route({
    id: "changePassword",
    method: "POST",
    url: "/api/v1/me/password",
    tag: "access",
    zh: "修改自己的密码；其他设备上的登录随即失效",
    en: "Change one's own password; log-ins elsewhere end",
    right: "signed-in",
    body: Type.Object({ current: Password, password: Password }, closed),
    handle: async ({ services, actor, body, request, reply }) => {
      const { name } = actor;
      const kept = actor.kind === "person" ? await passwordOf(services.engine.pool, name) : null;
      if (kept === null || kept.password === null) throw new DatongError("PASSWORD_NOT_OURS");
      // Whoever finds an unlocked screen must not try passwords faster than at the door.
      const subjects = [`name:${name}`, `address:${request.ip}`];
      await requireFit(services, reply, { subjects, stored: kept.password, given: body.current, code: "PASSWORD_WRONG" });
      const password = await hashPassword(name, body.password);
      const token = request.cookies[SESSION_COOKIE];
      await perform({ services, actor, workspace: "" }, async (client) => {
        await changePerson(client, name, { password }, token === undefined ? undefined : hashToken(token));
        return [undefined, { name: "person.password", object: name }];
      });
    },
  }),
  route({
    id: "me",
    method: "GET",
    url: "/api/v1/me",
    tag: "access",
    zh: "我是谁，能进哪些工作区",
    en: "Who I am, and my workspaces",
    right: "signed-in",
    gives: Me,
    handle: async ({ services, actor }) => {
      const all = await listWorkspaces(services.engine.pool);
      const workspaces = all.flatMap((each) => {
        const grant = grantIn(actor, each.id);
        if (grant === null) return [];
        return [{ ...each, role: grant.role, isLimited: grant.limit !== null, seesPersonal: seesPersonal(actor, each.id) }];
      });
      const kept = actor.kind === "person" ? await passwordOf(services.engine.pool, actor.name) : null;
      const hasPassword = (kept?.password ?? null) !== null;
      return { kind: actor.kind, name: actor.name, isAdmin: actor.kind === "person" && actor.isAdmin, hasPassword, workspaces };
    },
  }),
];
