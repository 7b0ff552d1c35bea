/** Log-in, log-out, who one is, and the set-up of the first administrator. */
import { DatongError } from "@datong/core";
import { transaction } from "@datong/engine";
import { Type } from "typebox";
import { SESSION_COOKIE } from "../access/authenticate.ts";
import { logIn } from "../access/log-in.ts";
import { hashPassword, PASSWORD_CHARACTERS_MAX, passwordFits } from "../access/password.ts";
import { hashToken } from "../access/token.ts";
import { grantIn, RoleSchema, seesPersonal } from "../access/rights.ts";
import { route, type Route } from "../route/route.ts";
import {
  addPerson,
  countAdmins,
  endLogin,
  forgetFailedLogins,
  noteFailedLogin,
  passwordOf,
  takeSetupLink,
  waitOfLogin,
} from "../store/people.ts";
import { listWorkspaces } from "../store/workspaces.ts";
import { closed, Name, Nullable } from "./shapes.ts";

const Password = Type.String({ minLength: 1, maxLength: PASSWORD_CHARACTERS_MAX });
const Credentials = Type.Object({ name: Name, password: Password }, closed);
const Me = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  isAdmin: Type.Boolean(),
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
      const { pool, ports } = services.engine;
      const subjects = [`name:${body.name}`, `address:${request.ip}`];
      const seconds = await waitOfLogin(pool, subjects, ports.nowMs());
      if (seconds > 0) {
        void reply.header("Retry-After", seconds);
        throw new DatongError("SIGN_IN_THROTTLED", { seconds });
      }
      // Noted before it is checked, so that many at once are not all free.
      await noteFailedLogin(pool, subjects, ports.nowMs());
      const person = await passwordOf(pool, body.name);
      if (!(await passwordFits(person?.password ?? null, body.password)) || person === null) throw new DatongError("SIGN_IN_FAILED");
      await forgetFailedLogins(pool, subjects);
      await logIn(services, reply, person.id);
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
      return { kind: actor.kind, name: actor.name, isAdmin: actor.kind === "person" && actor.isAdmin, workspaces };
    },
  }),
];
