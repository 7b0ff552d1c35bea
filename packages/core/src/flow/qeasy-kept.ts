/**
 * What an import from Qeasy (轻易云) keeps in a flow: the metadata as it stood, for the way back, and what is still to be decided. The engine
 * reads neither; a flow with open decisions does not run.
 */
import { Type } from "typebox";

const closed = { additionalProperties: false } as const;

const QeasySideSchema = Type.Object(
  {
    metadata: Type.String({ description: "元数据原文（JSON） / The metadata as it stood, JSON" }),
    system: Type.Optional(Type.String({ description: "平台名称 / The platform's name" })),
    apiName: Type.Optional(Type.String({ description: "接口名称 / The API's name" })),
    table: Type.Optional(Type.Boolean({ description: "来自页面的表格 / From a table of a page" })),
  },
  closed,
);
export const QeasySchema = Type.Object(
  {
    source: Type.Optional(QeasySideSchema),
    target: Type.Optional(QeasySideSchema),
    callBackStrategy: Type.Optional(Type.String()),
    decisions: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "导入时没有定下来的；定好后删去，还有一条就不能运行 / What the import left open; delete each once decided, with one left the flow does not run",
      }),
    ),
    answers: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "导入时答过的，再导入同一方案不再问 / Answers of the import; bringing the same scheme again does not ask them",
      }),
    ),
  },
  { ...closed, description: "导入自轻易云的原文与未决事项，导出时用 / What an import from Qeasy keeps for the way back" },
);

/** `metadata`: JSON text. */
export interface QeasySide {
  readonly metadata: string;
  readonly system?: string;
  readonly apiName?: string;
  readonly table?: boolean;
}

export interface QeasyKept {
  readonly source?: QeasySide;
  readonly target?: QeasySide;
  /** JSON text of a call-back that stood outside of both sides. */
  readonly callBackStrategy?: string;
  readonly decisions?: readonly string[];
  /** By the key of each decision. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** The answers of `datong import qeasy --answers`: by the key of each decision; one scheme's own stand under `schemes.<flow id>`. */
export const QeasyAnswersSchema = Type.Record(Type.String(), Type.Unknown());
