/**
 * The head of a template (`templates/<id>/template.yaml`): what a ready flow is for, the two connections that it needs, and what a run
 * of it against the simulators must show. The flow itself is an ordinary flow document beside it.
 */
import { Type } from "typebox";

const closed = { additionalProperties: false } as const;

/** A text for people, in both languages. */
export interface BothLanguages {
  readonly zh: string;
  readonly en: string;
}

const both = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed);
const choice = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]), {
  description: "路径 → 值，或几个值之一 / Path to a value, or to one of several",
});

const side = Type.Object(
  {
    system: Type.String({ minLength: 1, description: "连接的系统 / The connection's system" }),
    needs: Type.Optional(both),
  },
  { ...closed, description: "需要什么样的连接 / What connection it needs" },
);

const shown = Type.Object(
  {
    bills: Type.Object(
      {
        data: Type.String({ minLength: 1, description: "模拟源系统里的数据种类 / Kind of the source simulator's data" }),
        where: Type.Optional(choice),
        not: Type.Optional(choice),
        distinct: Type.Optional(Type.String({ description: "此路径的值相同的只算一张 / Rows alike at this path count once" })),
        each: Type.Optional(Type.String({ description: "此数组的每个元素算一张 / Each element of this array counts" })),
        whenEmpty: Type.Optional(Type.Union([Type.Literal("keep"), Type.Literal("drop")])),
      },
      { ...closed, description: "源系统里应当处理的单据 / The bills at the source that must arrive" },
    ),
    documents: Type.Object(
      {
        kind: Type.String({ minLength: 1, description: "模拟目标账本里的种类 / Kind in the target simulator's ledger" }),
        count: Type.Optional(
          Type.Union([Type.Literal("alike"), Type.Literal("fewer")], {
            description:
              "目标单据数：与源单据数相同（默认），或因汇总而较少 / As many as bills (default), or fewer because they are merged",
          }),
        ),
        stage: Type.Optional(Type.String({ description: "每张应达到的阶段 / The stage each must have reached" })),
      },
      closed,
    ),
    alike: Type.Optional(
      Type.Array(
        Type.Object(
          {
            source: Type.String({ minLength: 1 }),
            target: Type.String({ minLength: 1 }),
            round: Type.Optional(
              Type.Integer({ minimum: 0, maximum: 10, description: "每行先舍入到几位小数 / Places each line is rounded to" }),
            ),
          },
          closed,
        ),
        {
          description:
            "两边合计须相等的数量、金额；路径可穿过数组，用 ` * ` 相乘 / Amounts whose totals must be alike; a path may pass through arrays, ` * ` multiplies line by line",
        },
      ),
    ),
    settings: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
        description: "模拟系统的设置，按系统 / Settings of the simulators, by system",
      }),
    ),
  },
  { ...closed, description: "对模拟系统运行一次应得的结果 / What a run against the simulators must show" },
);

export const TemplateSchema = Type.Object(
  {
    name: both,
    description: both,
    tags: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    source: side,
    target: side,
    origin: Type.Optional(Type.String({ description: "由来，如 corpus 的文件名 / Where it comes from" })),
    flow: Type.Optional(
      Type.String({ minLength: 1, description: "方案文件，默认 flow.yaml / The flow's file from this folder; flow.yaml unless given" }),
    ),
    shows: shown,
  },
  { ...closed, $id: "datong:template", title: "Datong template 模板" },
);

/** One sum that must be the same on both sides. */
export interface TemplateSum {
  readonly source: string;
  readonly target: string;
  readonly round?: number;
}

type Choice = Readonly<Record<string, string | readonly string[]>>;

export interface TemplateShows {
  readonly bills: {
    readonly data: string;
    readonly where?: Choice;
    readonly not?: Choice;
    readonly distinct?: string;
    readonly each?: string;
    readonly whenEmpty?: "keep" | "drop";
  };
  readonly documents: { readonly kind: string; readonly count?: "alike" | "fewer"; readonly stage?: string };
  readonly alike?: readonly TemplateSum[];
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface TemplateHead {
  readonly name: BothLanguages;
  readonly description: BothLanguages;
  readonly tags: readonly string[];
  readonly source: { readonly system: string; readonly needs?: BothLanguages };
  readonly target: { readonly system: string; readonly needs?: BothLanguages };
  readonly origin?: string;
  readonly flow?: string;
  readonly shows: TemplateShows;
}
