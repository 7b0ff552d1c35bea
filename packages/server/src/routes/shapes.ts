/** Schemas that several routes use. */
import { Type, type TSchema } from "typebox";

export const closed = { additionalProperties: false } as const;
export const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", maxLength: 100, description: "标识 / Id" });
export const Name = Type.String({ pattern: "^[\\p{L}\\p{N}._@-]{1,64}$", description: "用户名 / A person's name" });
export const Instant = Type.Number({ description: "毫秒时间戳 / Epoch milliseconds" });
/** An instant that somebody asks for, before the year 2100: databases know none so late as a number can be. */
export const AskedInstant = Type.Number({ minimum: 0, maximum: 4_102_444_800_000, description: "毫秒时间戳 / Epoch milliseconds" });
/** 63 bits. */
const LEDGER_ID = "(\\d{1,18}|[1-8]\\d{18})";
export const isLedgerId = (value: unknown): value is string => typeof value === "string" && new RegExp(`^${LEDGER_ID}$`).test(value);
export const LedgerId = Type.String({ pattern: `^${LEDGER_ID}$`, description: "编号 / Number" });
export const AfterId = Type.Optional(Type.String({ pattern: `^${LEDGER_ID}$`, description: "上一页的 next / `next` of the page before" }));
export const AfterIdAt = Type.Optional(
  Type.String({ pattern: `^\\d{1,15}\\.${LEDGER_ID}$`, description: "上一页的 next / `next` of the page before" }),
);
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const REVISION_MAX = 2_147_483_647;
/** A revision that there is. */
export const Revision = Type.Integer({ minimum: 1, maximum: REVISION_MAX, description: "版本 / Revision" });
export const FromRevision = Type.Integer({
  minimum: 0,
  maximum: REVISION_MAX,
  description: "依据的版本，新建为 0 / The revision it was made from; 0 for a new one",
});
export const AtWorkspace = Type.Object({ workspace: Id }, closed);
export const AtId = Type.Object({ workspace: Id, id: Id }, closed);
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: "每页条数，默认 50 / Items on a page; 50" }));
export const After = Type.Optional(Type.String({ maxLength: 500, description: "上一页的 next / `next` of the page before" }));

/** A page of a list: `next` is what `after` takes, null at the end. */
export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) });
}

export const Numbers = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  minItems: 1,
  maxItems: 500,
  description: "单号 / Bill numbers",
});

/** A spreadsheet within a JSON body. */
export const SpreadsheetFile = {
  file: Type.String({ minLength: 1, maxLength: 200, description: "文件名 / The file's name" }),
  content: Type.String({ contentEncoding: "base64", description: "文件内容，base64 / The file in base64" }),
};
export const EVENT_STREAM_TYPE = "text/event-stream";
export const CSV_TYPE = "text/csv";
export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
