/** Alerts: channels with their secrets sealed, rules, what holds just now, and what was sent. */
import { DatongError } from "@datong/core";
import { Type } from "typebox";
import { openChannel } from "../alert/deliver.ts";
import { ChannelSchema, RuleSchema, type Channel } from "../alert/documents.ts";
import { mailServerOf } from "../alert/mail.ts";
import { sendMessage } from "../alert/send.ts";
import { checkedDocument } from "../documents/checked-document.ts";
import { route, type Route } from "../route/route.ts";
import { listAlerts, listMessages } from "../store/alerts.ts";
import { findDocument, holdDocument, listDocuments, removeDocument, saveDocument, unknown } from "../store/documents.ts";
import { openSecrets, removeSecret, saveSecret } from "../store/secrets.ts";
import { perform } from "./deed.ts";
import { AtId, AtWorkspace, closed, FromRevision, Instant, Limit, Nullable } from "./shapes.ts";

const SECRETS = ["url", "secret"] as const;
const Saved = Type.Object({ id: Type.String(), revision: Type.Integer() });
const Save = Type.Object({ revision: FromRevision, document: Type.Unknown() }, closed);

interface Named {
  readonly id: string;
}

function checkId(document: Named, id: string): void {
  if (document.id !== id)
    throw new DatongError("REQUEST_INVALID", { path: "body/document/id", expected: "与路径一致 / the id of the path" });
}

function checkAddress(kind: unknown, url: string): void {
  const isRight = kind === "mail" ? mailServerOf(url) !== null : /^https?:$/.test(URL.parse(url)?.protocol ?? "");
  const expected = kind === "mail" ? "smtp(s)://user:password@host:port" : "http(s)://…";
  if (!isRight) throw new DatongError("REQUEST_INVALID", { path: "body/document/url", expected });
}

/** The same instant twice may be all day or never. */
function checkQuiet(quiet: { readonly from: string; readonly to: string } | undefined): void {
  if (quiet === undefined || quiet.from !== quiet.to) return;
  const expected = "与 from 不同；什么都不想收就删掉规则 / another time than `from`; to be told nothing at all take the rule away";
  throw new DatongError("REQUEST_INVALID", { path: "body/document/quiet/to", expected });
}

const CHANNEL_ROUTES: readonly Route[] = [
  route({
    id: "listChannels",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/channels",
    tag: "alerts",
    zh: "通知渠道（钉钉、飞书、企业微信、Webhook、邮件）；地址与密钥不给出",
    en: "Channels (DingTalk, Feishu, WeCom, webhook, mail), without their addresses and secrets",
    right: "view",
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Type.Object({ revision: Type.Integer(), document: Type.Unknown() })) }),
    handle: async ({ services, workspace }) => ({
      items: (await listDocuments(services.engine.pool, workspace, "channel")).map(({ revision, draft }) => ({
        revision,
        document: JSON.parse(draft) as unknown,
      })),
    }),
  }),
  route({
    id: "saveChannel",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/channels/:id",
    tag: "alerts",
    zh: "保存渠道；url 与 secret 加密保存，不写即保留",
    en: "Save a channel; url and secret are sealed, and stay where they are left out",
    right: "design",
    params: AtId,
    body: Save,
    gives: Saved,
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const given = checkedDocument<Named & Pick<Channel, "quiet"> & Readonly<Record<string, unknown>>>(
        ChannelSchema,
        body.document,
        "body/document",
      );
      checkId(given, params.id);
      checkQuiet(given.quiet);
      const { url, secret, ...document } = given;
      if (typeof url === "string") checkAddress(given["kind"], url);
      const secrets = { url, secret } as Readonly<Record<(typeof SECRETS)[number], string | undefined>>;
      return perform(call, async (client) => {
        const text = JSON.stringify(document);
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "channel", id: params.id, text }, save);
        for (const name of SECRETS) {
          const value = secrets[name];
          if (value !== undefined)
            await saveSecret(client, services.masterKey, { workspace, connection: `channel:${params.id}`, name }, value);
        }
        if ((await openSecrets(client, services.masterKey, workspace)).get(`channel:${params.id}`)?.["url"] === undefined)
          throw new DatongError("REQUEST_INVALID", { path: "body/document/url", expected: "必填 / is required" });
        return [
          { id: params.id, revision },
          { name: "channel.save", object: params.id, after: text },
        ];
      });
    },
  }),
  route({
    id: "removeChannel",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/channels/:id",
    tag: "alerts",
    zh: "删除渠道（没有规则使用时）",
    en: "Remove a channel that no rule uses",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { services, workspace, params } = call;
      const rules = await listDocuments(services.engine.pool, workspace, "alert");
      const users = rules.filter(({ draft }) => (JSON.parse(draft) as { channels: readonly string[] }).channels.includes(params.id));
      if (users.length > 0) throw new DatongError("OBJECT_IN_USE", { id: params.id, users: users.map(({ id }) => id).join(", ") });
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "channel", params.id);
        await removeDocument(client, workspace, "channel", params.id);
        for (const name of SECRETS) await removeSecret(client, { workspace, connection: `channel:${params.id}`, name });
        return [undefined, { name: "channel.remove", object: params.id, before: held.draft }];
      });
    },
  }),
  route({
    id: "testChannel",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/channels/:id/test",
    tag: "alerts",
    zh: "发一条测试消息",
    en: "Send a message to try it",
    right: "design",
    params: AtId,
    gives: Type.Object({ ok: Type.Boolean(), problem: Nullable(Type.String()) }),
    handle: async ({ services, workspace, params }) => {
      const channel = await openChannel(services, workspace, params.id);
      if (channel === null) throw unknown("channel", params.id);
      const text = `【Datong 打通】${workspace}\n测试消息，收到即配置正确。`;
      const problem = await sendMessage(channel, text, services.engine.ports.nowMs());
      return { ok: problem === null, problem };
    },
  }),
];

const RULE_ROUTES: readonly Route[] = [
  route({
    id: "listAlertRules",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/alert-rules",
    tag: "alerts",
    zh: "告警规则",
    en: "Alert rules",
    right: "view",
    params: AtWorkspace,
    gives: Type.Object({ items: Type.Array(Type.Object({ revision: Type.Integer(), document: RuleSchema })) }),
    handle: async ({ services, workspace }) => ({
      items: (await listDocuments(services.engine.pool, workspace, "alert")).map(({ revision, draft }) => ({
        revision,
        document: JSON.parse(draft) as unknown,
      })),
    }),
  }),
  route({
    id: "saveAlertRule",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/alert-rules/:id",
    tag: "alerts",
    zh: "保存规则：失败数、错误率、最久等待、积压、无新单据（可只算工作时间）、未按计划运行、凭据到期、每日汇总",
    en: "Save a rule: failures, error rate, oldest waiting, backlog, silence (of working hours), should have run, credential that ends, daily digest",
    right: "design",
    params: AtId,
    body: Save,
    gives: Saved,
    handle: async (call) => {
      const { workspace, params, body, actor } = call;
      const document = checkedDocument<Named & { readonly channels: readonly string[] }>(RuleSchema, body.document, "body/document");
      checkId(document, params.id);
      return perform(call, async (client) => {
        for (const channel of document.channels)
          if ((await findDocument(client, workspace, "channel", channel)) === null) throw unknown("channel", channel);
        const text = JSON.stringify(document);
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "alert", id: params.id, text }, save);
        return [
          { id: params.id, revision },
          { name: "alert-rule.save", object: params.id, after: text },
        ];
      });
    },
  }),
  route({
    id: "removeAlertRule",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/alert-rules/:id",
    tag: "alerts",
    zh: "删除规则",
    en: "Remove a rule",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { workspace, params } = call;
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "alert", params.id);
        await removeDocument(client, workspace, "alert", params.id);
        return [undefined, { name: "alert-rule.remove", object: params.id, before: held.draft }];
      });
    },
  }),
  route({
    id: "listAlerts",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/alerts",
    tag: "alerts",
    zh: "正在发生的告警与最近发出的消息",
    en: "Alerts that hold now, and the latest messages",
    right: "view",
    params: AtWorkspace,
    query: Type.Object({ limit: Limit }, closed),
    gives: Type.Object({
      items: Type.Array(
        Type.Object({ rule: Type.String(), flow: Type.String(), since: Instant, toldAt: Nullable(Instant), summary: Type.String() }),
      ),
      messages: Type.Array(
        Type.Object({
          channel: Type.String(),
          body: Type.String(),
          madeAt: Instant,
          sentAt: Nullable(Instant),
          problem: Nullable(Type.String()),
        }),
      ),
    }),
    handle: async ({ services, workspace, query: { limit = 50 } }) => ({
      // A digest has a state too, which is no alert.
      items: (await listAlerts(services.engine.pool, workspace)).filter(({ flow }) => flow !== ""),
      messages: await listMessages(services.engine.pool, workspace, limit),
    }),
  }),
];

export const ALERT_ROUTES: readonly Route[] = [...CHANNEL_ROUTES, ...RULE_ROUTES];
