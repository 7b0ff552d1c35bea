/**
 * Paging documents: how an API hands out its rows, each with its bounds and its named end rules.
 * The numbers reach the request through the globals PAGINATION_PAGE_SIZE, PAGINATION_START_PAGE, PAGINATION_START_ROW and
 * PAGINATION_CURSOR in the request fields' values, as in Qeasy, or in the request's shape. A `link` needs none: from the second page
 * on the reply's own address is asked.
 */
import { Type, type Static } from "typebox";

/** Named reasons for an end. A pull ends for one of these or it has failed; nothing else is an end. */
export const EndRuleSchema = Type.Union([
  Type.Object(
    { rule: Type.Literal("short-page") },
    { additionalProperties: false, description: "行数少于页大小 / Fewer rows than asked for" },
  ),
  Type.Object({ rule: Type.Literal("empty-page") }, { additionalProperties: false, description: "一行也没有 / No row at all" }),
  Type.Object(
    { rule: Type.Literal("has-next"), path: Type.String() },
    { additionalProperties: false, description: "path 为 false 即末页 / Ends when the value at path is false" },
  ),
  Type.Object(
    { rule: Type.Literal("total"), path: Type.String() },
    { additionalProperties: false, description: "已读行数达到总数 / Ends when as many rows were read as path says" },
  ),
  Type.Object(
    { rule: Type.Literal("no-cursor") },
    { additionalProperties: false, description: "没有下一游标或下一页地址 / Ends when the reply names no next cursor or link" },
  ),
]);

const bounds = {
  size: Type.Integer({ minimum: 1, description: "默认页大小 / Page size unless the flow says otherwise" }),
  sizeMax: Type.Integer({ minimum: 1, description: "页大小上限 / The vendor's ceiling" }),
  pagesMax: Type.Optional(
    Type.Integer({ minimum: 1, description: "页数上限，防死循环 / Bound against endless paging; 100000 unless set" }),
  ),
  end: Type.Array(EndRuleSchema, { minItems: 1 }),
};

export const PagingSchema = Type.Union([
  Type.Object({ kind: Type.Literal("none") }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal("page"), first: Type.Union([Type.Literal(0), Type.Literal(1)]), ...bounds },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal("offset"), ...bounds }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal("cursor"),
      next: Type.String({ description: "回复里下一游标的路径 / Path of the next cursor in the reply" }),
      first: Type.Optional(Type.String()),
      ...bounds,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal("link"),
      next: Type.Union(
        [
          Type.Object(
            { path: Type.String() },
            { additionalProperties: false, description: "回复里下一页地址的路径 / Path of the next page's address in the reply" },
          ),
          Type.Object(
            { header: Type.String() },
            {
              additionalProperties: false,
              description: "带下一页地址的回复头，如 Link（rel=next）/ Header that holds it, such as Link with rel=next",
            },
          ),
        ],
        {
          description:
            "下一页的地址：完整 URL 或相对地址，主机须不变 / Address of the next page, whole or relative; the host must stay the same",
        },
      ),
      ...bounds,
    },
    { additionalProperties: false },
  ),
]);

export type EndRule = Static<typeof EndRuleSchema>;
export type Paging = Static<typeof PagingSchema>;
export const PAGES_MAX = 100_000;
