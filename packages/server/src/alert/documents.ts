/**
 * What people say about alerts: channels (where messages go) and rules (what is worth one). Kept as documents of the workspace like flows;
 * what is secret in a channel (a robot's address has its token, a signing secret) is sealed and never told again.
 */
import { Type, type Static } from "typebox";
import { closed, Id } from "../routes/shapes.ts";

const Clock = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "HH:mm，北京时间 / Wall time in Asia/Shanghai" });
const Quiet = Type.Object(
  { from: Clock, to: Clock },
  { ...closed, description: "免打扰：期间的消息到点再发 / Messages of this time wait for its end" },
);

export const CHANNEL_KINDS = ["dingtalk", "feishu", "wecom", "webhook", "mail"] as const;
export const ChannelSchema = Type.Object(
  {
    id: Id,
    kind: Type.Unsafe<(typeof CHANNEL_KINDS)[number]>({ type: "string", enum: [...CHANNEL_KINDS] }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    url: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: "机器人或 Webhook 地址；mail 为 smtp(s)://用户:密码@主机:端口 / Address; mail: smtp(s)://user:password@host:port",
      }),
    ),
    secret: Type.Optional(Type.String({ maxLength: 500, description: "加签密钥 / Signing secret" })),
    to: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 50, description: "收件人（mail） / Recipients (mail)" }),
    ),
    from: Type.Optional(Type.String({ maxLength: 200, description: "发件人（mail） / Sender (mail)" })),
    quiet: Type.Optional(Quiet),
    privateNetwork: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type Channel = Static<typeof ChannelSchema>;

const flows = Type.Optional(
  Type.Array(Id, { minItems: 1, description: "只看这些方案；默认全部启用的 / Only these flows; all that are enabled unless given" }),
);
const common = {
  id: Id,
  channels: Type.Array(Id, { minItems: 1 }),
  flows,
  mentions: Type.Optional(
    Type.Array(Type.String({ pattern: "^(1\\d{10}|ou_\\w+|all|owners)$" }), {
      maxItems: 20,
      description:
        "点名：钉钉、企业微信填手机号，飞书填 open_id；owners 为方案的负责人 / Whom to mention: mobile numbers (DingTalk, WeCom), open ids (Feishu); `owners`: those of the flow",
    }),
  ),
  repeatMinutes: Type.Optional(
    Type.Integer({ minimum: 5, description: "未恢复时每隔多久再提醒；默认 240 / How often it is told again; 240" }),
  ),
};

/** `when` says what is watched; numbers are the bound that is passed. */
export const RuleSchema = Type.Union([
  Type.Object(
    {
      ...common,
      when: Type.Literal("failures"),
      count: Type.Integer({ minimum: 1, description: "失败单据数达到 / Failed documents, at least" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("oldest"),
      minutes: Type.Integer({ minimum: 1, description: "最久等待超过 / The oldest waits longer" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("backlog"),
      count: Type.Integer({ minimum: 1, description: "排队单据数达到 / Documents waiting, at least" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("silence"),
      hours: Type.Number({ exclusiveMinimum: 0, description: "没有新单据超过 / No new bill for longer" }),
      work: Type.Optional(
        Type.Object(
          { from: Clock, to: Clock, days: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1 })) },
          { ...closed, description: "只算工作时间，1 周一至 7 周日 / Only hours of work count, 1 Monday to 7 Sunday" },
        ),
      ),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("not-run"),
      minutes: Type.Integer({ minimum: 1, description: "按计划应运行而未运行超过 / It should have run and has not, for longer" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("gap"),
      hours: Type.Number({
        exclusiveMinimum: 0,
        description:
          "读取有缺口（中间某段时间没有读完），或最后读完的时间早于这么多小时 / A span in between was not read to its end, or the last that was ended so many hours ago",
      }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("reconciliation"),
      count: Type.Integer({
        minimum: 1,
        description:
          "最近一次对账的差异达到，或按计划的对账失败 / Differences of the latest reconciliation, at least; or one of the schedule failed",
      }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("error-rate"),
      percent: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: "今天目标接口调用出错的比例达到 / Share of today's calls of the target's API that failed",
      }),
      calls: Type.Integer({ minimum: 1, description: "至少这么多次调用才算 / Not with fewer calls" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("credential"),
      days: Type.Integer({ minimum: 0, description: "连接的凭据在这么多天内到期 / A connection's credential ends within so many days" }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      when: Type.Literal("quota"),
      days: Type.Integer({
        minimum: 1,
        description:
          "空间配额：请求与响应因超出配额提前清理，之后这么多天内算异常；仍放不下则一直算 / Requests and responses went before their time because of the quota, within so many days; or there is too little room still",
      }),
    },
    closed,
  ),
  Type.Object({ ...common, when: Type.Literal("digest"), at: Clock }, { ...closed, description: "每日汇总 / A digest each day" }),
]);
export type Rule = Static<typeof RuleSchema>;
