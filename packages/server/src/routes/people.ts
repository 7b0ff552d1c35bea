/** People of the installation; workspaces, their members and keys; the audit log. */
import { DatongError } from "@datong/core";
import { Type } from "typebox";
import { hashPassword, PASSWORD_CHARACTERS_MAX } from "../access/password.ts";
import { actorName, mayBeLimited, mayGive, RoleSchema, SCOPES, type Role } from "../access/rights.ts";
import { newToken } from "../access/token.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { listAudit } from "../store/audit.ts";
import { addPerson, changePerson, listPeople, type PersonChange } from "../store/people.ts";
import {
  addApiKey,
  adoptApiKey,
  addWorkspace,
  listApiKeys,
  listMembers,
  listWorkspaces,
  memberRole,
  removeApiKey,
  removeMember,
  setMember,
} from "../store/workspaces.ts";
import { perform } from "./deed.ts";
import { AskedInstant, After, AtWorkspace, closed, Id, Instant, Limit, Name, Nullable, pageOf } from "./shapes.ts";

const Password = Type.String({ minLength: 1, maxLength: PASSWORD_CHARACTERS_MAX });
const Display = Type.String({ minLength: 1, maxLength: 100 });
const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  display: Type.String(),
  isAdmin: Type.Boolean(),
  isDisabled: Type.Boolean(),
});
const Workspace = Type.Object({ id: Id, name: Display }, closed);
const AtName = Type.Object({ name: Name }, closed);
const AtMember = Type.Object({ workspace: Id, name: Name }, closed);
const Ids = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 500 });
/** What narrows a role. */
const Narrowed = {
  flows: Type.Optional(Nullable(Type.Array(Id, { maxItems: 500, description: "只限这些方案 / These flows only" }))),
  tags: Type.Optional(
    Nullable(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 100,
        description: "只限带这些标签的方案 / Flows with these tags only",
      }),
    ),
  ),
  seesPersonal: Type.Optional(
    Nullable(
      Type.Boolean({
        description:
          "个人信息不打码；不写按角色（实施及以上可见） / Personal fields in clear; by role unless given (implementer and above)",
      }),
    ),
  ),
};
const Told = { flows: Nullable(Ids), tags: Nullable(Ids), seesPersonal: Nullable(Type.Boolean()) };
const ApiKey = Type.Object({
  name: Type.String(),
  role: Nullable(RoleSchema),
  ...Told,
  scopes: Type.Array(Type.String()),
  madeBy: Type.String(),
  endsAt: Nullable(Instant),
  usedAt: Nullable(Instant),
  isOrphaned: Type.Boolean({
    description:
      "建它的人已不在、已停用或不再有权给出它的角色：不能用，要有人接手 / Nobody answers for it any more: it lets nobody in until it is taken over",
  }),
});

const PEOPLE: readonly Route[] = [
  route({
    id: "listPeople",
    method: "GET",
    url: "/api/v1/people",
    tag: "people",
    zh: "用户列表",
    en: "People",
    right: "system",
    gives: Type.Object({ items: Type.Array(Person) }),
    handle: async ({ services }) => ({ items: await listPeople(services.engine.pool) }),
  }),
  route({
    id: "addPerson",
    method: "POST",
    url: "/api/v1/people",
    tag: "people",
    zh: "新增用户",
    en: "Add a person",
    right: "system",
    status: 201,
    body: Type.Object({ name: Name, display: Type.Optional(Display), password: Password, isAdmin: Type.Optional(Type.Boolean()) }, closed),
    gives: Person,
    handle: async ({ services, actor, body: { name, display = name, isAdmin = false, ...body } }) => {
      const password = await hashPassword(name, body.password);
      return perform({ services, actor, workspace: "" }, async (client) => {
        const person = await addPerson(client, { name, display, password, isAdmin });
        return [person, { name: "person.add", object: name, after: JSON.stringify({ display, isAdmin }) }];
      });
    },
  }),
  route({
    id: "changePerson",
    method: "PATCH",
    url: "/api/v1/people/:name",
    tag: "people",
    zh: "修改用户：显示名、密码、管理员、停用",
    en: "Change a person: display name, password, administrator, disabled",
    right: "system",
    params: AtName,
    body: Type.Object(
      {
        display: Type.Optional(Display),
        password: Type.Optional(Password),
        isAdmin: Type.Optional(Type.Boolean()),
        isDisabled: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    gives: Person,
    handle: async ({ services, actor, params: { name }, body }) => {
      const { password, ...rest } = body;
      const change: PersonChange = { ...rest, ...(password === undefined ? {} : { password: await hashPassword(name, password) }) };
      const after = JSON.stringify({ ...rest, ...(password === undefined ? {} : { password: "***" }) });
      return perform({ services, actor, workspace: "" }, async (client) => {
        const person = await changePerson(client, name, change);
        if (person === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "用户 / person", id: name });
        return [person, { name: "person.change", object: name, after }];
      });
    },
  }),
  route({
    id: "listWorkspaces",
    method: "GET",
    url: "/api/v1/workspaces",
    tag: "people",
    zh: "全部工作区",
    en: "All workspaces",
    right: "system",
    gives: Type.Object({ items: Type.Array(Workspace) }),
    handle: async ({ services }) => ({ items: await listWorkspaces(services.engine.pool) }),
  }),
  route({
    id: "addWorkspace",
    method: "POST",
    url: "/api/v1/workspaces",
    tag: "people",
    zh: "新建工作区",
    en: "Make a workspace",
    right: "system",
    status: 201,
    body: Workspace,
    gives: Workspace,
    handle: async ({ services, actor, body }) =>
      perform({ services, actor, workspace: body.id }, async (client) => {
        await addWorkspace(client, body);
        return [body, { name: "workspace.add", object: body.id }];
      }),
  }),
];

/** Nobody gives or takes a role above his own. */
function checkRank({ actor, workspace }: Pick<Call<never, never, never>, "actor" | "workspace">, ...roles: readonly (Role | null)[]): void {
  for (const role of roles) if (role !== null && !mayGive(actor, workspace, role)) throw new DatongError("RIGHT_MISSING", { right: role });
}

interface Given {
  readonly role: Role | null;
  readonly flows?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly seesPersonal?: boolean | null;
}

/** Throws REQUEST_INVALID for a limit that would be none: who designs flows can have one read any other. */
function narrowed({ role, flows = null, tags = null, seesPersonal = null }: Given) {
  if ((flows !== null || tags !== null) && !mayBeLimited(role))
    throw new DatongError("REQUEST_INVALID", {
      path: "body/role",
      expected: "限定方案时角色只能是 viewer 或 operator / viewer or operator where flows or tags are given",
    });
  return { role, flows, tags, seesPersonal };
}

const MEMBERS: readonly Route[] = [
  route({
    id: "listMembers",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/members",
    tag: "people",
    zh: "成员与角色",
    en: "Members and their roles",
    right: "administer",
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({ name: Type.String(), display: Type.String(), role: RoleSchema, ...Told, isFromOidc: Type.Boolean() }),
      ),
    }),
    handle: async ({ services, workspace }) => ({ items: await listMembers(services.engine.pool, workspace) }),
  }),
  route({
    id: "setMember",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/members/:name",
    tag: "people",
    zh: "设置成员的角色",
    en: "Give a person a role",
    right: "administer",
    params: AtMember,
    body: Type.Object({ role: RoleSchema, ...Narrowed }, closed),
    handle: async (call) => {
      const { params, body, workspace } = call;
      await perform(call, async (client) => {
        const before = await memberRole(client, workspace, params.name);
        checkRank(call, before, body.role);
        if (!(await setMember(client, workspace, params.name, narrowed(body))))
          throw new DatongError("OBJECT_UNKNOWN", { kind: "用户 / person", id: params.name });
        return [undefined, { name: "member.set", object: params.name, before, after: JSON.stringify(body) }];
      });
    },
  }),
  route({
    id: "removeMember",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/members/:name",
    tag: "people",
    zh: "移除成员",
    en: "Take a person's role away",
    right: "administer",
    params: AtMember,
    handle: async (call) => {
      const { params, workspace } = call;
      await perform(call, async (client) => {
        const before = await memberRole(client, workspace, params.name);
        checkRank(call, before);
        if (!(await removeMember(client, workspace, params.name)))
          throw new DatongError("OBJECT_UNKNOWN", { kind: "成员 / member", id: params.name });
        return [undefined, { name: "member.remove", object: params.name, before }];
      });
    },
  }),
  route({
    id: "listApiKeys",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/api-keys",
    tag: "people",
    zh: "API 密钥列表（不含密钥本身）",
    en: "API keys, without the keys themselves",
    right: "administer",
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(ApiKey) }),
    handle: async ({ services, workspace }) => ({
      items: await listApiKeys(services.engine.pool, workspace, services.engine.ports.nowMs()),
    }),
  }),
  route({
    id: "addApiKey",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/api-keys",
    tag: "people",
    zh: "新建 API 密钥；密钥只在此时给出一次。scopes：metrics 读指标，push 推送数据；没有 role 的密钥只能做这些",
    en: "Make an API key; it is told this once. scopes: metrics reads metrics, push pushes rows; a key without a role may do only that",
    right: "administer",
    status: 201,
    params: AtWorkspace,
    body: Type.Object(
      {
        name: Name,
        role: Type.Optional(Nullable(RoleSchema)),
        ...Narrowed,
        scopes: Type.Optional(Type.Array(Type.Unsafe<string>({ type: "string", enum: [...SCOPES] }), { maxItems: 10 })),
        endsAt: Type.Optional(Instant),
      },
      closed,
    ),
    gives: Type.Object({ name: Type.String(), key: Type.String() }),
    handle: async (call) => {
      const { workspace, body, actor } = call;
      const { name, role = null, scopes = [], endsAt = null } = body;
      checkRank(call, role);
      if (role === null && scopes.length === 0)
        throw new DatongError("REQUEST_INVALID", { path: "body/role", expected: "role 或 scopes 至少一个 / a role, or scopes" });
      if (endsAt !== null && endsAt <= call.services.engine.ports.nowMs())
        throw new DatongError("REQUEST_INVALID", {
          path: "body/endsAt",
          expected: "将来的时刻（毫秒） / an instant to come (milliseconds)",
        });
      const grant = narrowed({ ...body, role });
      const token = newToken("dt_");
      return perform(call, async (client) => {
        await addApiKey(client, { workspace, name, ...grant, scopes, endsAt, token: token.hash, madeBy: actorName(actor) });
        return [
          { name, key: token.text },
          { name: "api-key.add", object: name, after: JSON.stringify({ ...grant, scopes, endsAt }) },
        ];
      });
    },
  }),
  route({
    id: "adoptApiKey",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/api-keys/:name/owner",
    tag: "people",
    zh: "接手 API 密钥：由自己负责，原来的人离开后密钥才能继续用",
    en: "Take an API key over: one answers for it oneself, so that it goes on after its maker has left",
    right: "administer",
    params: AtMember,
    handle: async (call) => {
      const { params, workspace, actor } = call;
      await perform(call, async (client) => {
        const madeBy = actorName(actor);
        const former = await adoptApiKey(client, { workspace, name: params.name, madeBy });
        if (former === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "密钥 / API key", id: params.name });
        checkRank(call, former.role);
        return [undefined, { name: "api-key.adopt", object: params.name, before: former.madeBy, after: madeBy }];
      });
    },
  }),
  route({
    id: "removeApiKey",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/api-keys/:name",
    tag: "people",
    zh: "作废 API 密钥",
    en: "Revoke an API key",
    right: "administer",
    params: AtMember,
    handle: async (call) => {
      const { params, workspace } = call;
      await perform(call, async (client) => {
        if (!(await removeApiKey(client, workspace, params.name)))
          throw new DatongError("OBJECT_UNKNOWN", { kind: "密钥 / API key", id: params.name });
        return [undefined, { name: "api-key.remove", object: params.name }];
      });
    },
  }),
  route({
    id: "listAudit",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/audit",
    tag: "people",
    zh: "审计日志，新的在前；可按人、做了什么、对象、时间筛选",
    en: "The audit log, the latest first; by person, deed, object and time",
    right: "administer",
    params: AtWorkspace,
    query: Type.Object(
      {
        limit: Limit,
        after: After,
        actor: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "人或密钥名的一部分 / A part of the name" })),
        deed: Type.Optional(
          Type.String({
            pattern: "^[a-z][a-z0-9.-]{0,63}$",
            description: "如 flow.save，或一类：flow / Such as flow.save, or a kind: flow",
          }),
        ),
        object: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "对象标识的一部分 / A part of the object's id" })),
        from: Type.Optional(AskedInstant),
        to: Type.Optional(AskedInstant),
      },
      closed,
    ),
    gives: pageOf(
      Type.Object({
        id: Type.String(),
        at: Instant,
        actor: Type.String(),
        deed: Type.String(),
        object: Type.String(),
        before: Nullable(Type.String()),
        after: Nullable(Type.String()),
      }),
    ),
    handle: async ({ services, workspace, query: { limit = 50, after, ...filter } }) => {
      if (after !== undefined && !/^\d{1,18}$/.test(after))
        throw new DatongError("REQUEST_INVALID", { path: "query/after", expected: "上一页的 next / next of the page before" });
      const items = await listAudit(services.engine.pool, workspace, {
        limit: limit + 1,
        ...filter,
        ...(after === undefined ? {} : { after }),
      });
      const page = items.slice(0, limit);
      return { items: page, next: items.length > limit ? (page.at(-1)?.id ?? null) : null };
    },
  }),
];

export const PEOPLE_ROUTES: readonly Route[] = [...PEOPLE, ...MEMBERS];
