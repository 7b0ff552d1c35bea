/**
 * Connection (连接): a connector with its settings and environment. Secrets are `${ENV}` references, resolved when the flow is loaded.
 */
import { Type, type Static } from "typebox";

const rates = {
  callsPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  callsPerMinute: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  callsPerDay: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
};

const HOUR = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

const MaintenanceSchema = Type.Object(
  {
    days: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        description: "开始的星期几，1 周一至 7 周日，默认每天 / Days on which it begins, 1 Monday to 7 Sunday; every day unless given",
      }),
    ),
    from: Type.String({ pattern: HOUR }),
    to: Type.String({ pattern: HOUR, description: "不晚于 from 时到次日 / On the next day where it is not later than `from`" }),
  },
  { additionalProperties: false },
);

export type Maintenance = Static<typeof MaintenanceSchema>;

export const ConnectionSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", maxLength: 100 }),
    name: Type.Optional(Type.String()),
    system: Type.String({ description: "适配器 / The connector's `system`" }),
    environment: Type.Optional(Type.Union([Type.Literal("production"), Type.Literal("test"), Type.Literal("development")])),
    settings: Type.Record(Type.String(), Type.String()),
    privateNetwork: Type.Optional(
      Type.Boolean({
        description:
          "可否连接内网与本机地址；服务里默认不可 / Whether private addresses may be reached; in the server they may not unless it says so",
      }),
    ),
    credentialEndsOn: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        description: "凭据到期日，到期前告警 / Day on which the credential ends; told before",
      }),
    ),
    maintenance: Type.Optional(
      Type.Array(MaintenanceSchema, {
        description:
          "停机时段（适配器的时区）：不发起调用，等着的过后继续 / Hours, in the connector's zone, in which no calls begin; what waits goes on afterwards",
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          ...rates,
          timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
          apis: Type.Optional(
            Type.Record(Type.String(), Type.Object(rates, { additionalProperties: false }), {
              description: "个别接口自己的限制，按接口代码 / Limits of single APIs, by their code",
            }),
          ),
        },
        { additionalProperties: false, description: "覆盖适配器的默认限制 / Overrides the connector's limits" },
      ),
    ),
  },
  { additionalProperties: false, $id: "datong:connection", title: "Datong connection 连接" },
);

export interface Connection {
  readonly id: string;
  readonly name?: string;
  readonly system: string;
  readonly environment?: "production" | "test" | "development";
  readonly settings: Readonly<Record<string, string>>;
  readonly privateNetwork?: boolean;
  /** `YYYY-MM-DD`. */
  readonly credentialEndsOn?: string;
  /** Hours in which no calls begin. */
  readonly maintenance?: readonly Maintenance[];
  readonly limits?: Rates & {
    readonly timeoutMs?: number;
    /** Limits of single APIs, by their code; those of the account hold too. */
    readonly apis?: Readonly<Record<string, Rates>>;
  };
}

export interface Rates {
  readonly callsPerSecond?: number;
  readonly callsPerMinute?: number;
  readonly callsPerDay?: number;
  readonly concurrency?: number;
}
