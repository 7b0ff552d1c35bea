/**
 * Connection (连接): a connector with its settings and environment. Secrets are `${ENV}` references, resolved when the flow is loaded.
 */
import { Type } from "typebox";

export const ConnectionSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", maxLength: 100 }),
    name: Type.Optional(Type.String()),
    system: Type.String({ description: "适配器 / The connector's `system`" }),
    environment: Type.Optional(Type.Union([Type.Literal("production"), Type.Literal("test"), Type.Literal("development")])),
    settings: Type.Record(Type.String(), Type.String()),
    limits: Type.Optional(
      Type.Object(
        {
          callsPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          callsPerMinute: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
          timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
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
  readonly limits?: {
    readonly callsPerSecond?: number;
    readonly callsPerMinute?: number;
    readonly concurrency?: number;
    readonly timeoutMs?: number;
  };
}
