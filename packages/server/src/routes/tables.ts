/** Mapping tables: listed with the flows that use them, read, saved, taken in from a spreadsheet and out as one. */
import { DatongError, MappingTableSchema, tablesOf, type MappingTable } from "@datong/core";
import { readSpreadsheet, tableOfRows, writeCsv, writeWorkbook } from "@datong/engine";
import { Type } from "typebox";
import { checkedDocument } from "../documents/checked-document.ts";
import type { Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { findDocument, holdDocument, listDocuments, removeDocument, saveDocument, unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { AtId, AtWorkspace, closed, FromRevision, Instant, SpreadsheetFile, WORKBOOK_TYPE, CSV_TYPE } from "./shapes.ts";

/** As it is kept. */
export function tableText({ columns, rows }: MappingTable): string {
  return JSON.stringify({ columns, rows });
}

/** Flows whose draft or published revision translates by the table. */
function usersOf({ published, drafts, flows }: Tenant, table: string): readonly string[] {
  return [...flows.keys()].filter((id) =>
    [published, drafts].some((workspace) => {
      const entry = workspace.flows.get(id);
      return entry?.kind === "ready" && tablesOf(entry.flow).includes(table);
    }),
  );
}

const UsedBy = Type.Array(Type.String(), { description: "用它的方案 / Flows that use it" });
const Table = Type.Object({ columns: Type.Array(Type.String()), rows: Type.Array(Type.Array(Type.String())) });

export const TABLE_ROUTES: readonly Route[] = [
  route({
    id: "listTables",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/tables",
    tag: "tables",
    zh: "映射表",
    en: "Mapping tables",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          revision: Type.Integer(),
          columns: Type.Array(Type.String()),
          rows: Type.Integer(),
          changedAt: Instant,
          changedBy: Type.String(),
          usedBy: UsedBy,
        }),
      ),
    }),
    handle: async ({ services, workspace, sees }) => {
      const tenant = await services.tenants.open(workspace);
      const rows = await listDocuments(services.engine.pool, workspace, "table");
      return {
        items: rows.map(({ id, revision, draft, changedAt, changedBy }) => {
          const { columns, rows: lines } = JSON.parse(draft) as MappingTable;
          return { id, revision, columns, rows: lines.length, changedAt, changedBy, usedBy: usersOf(tenant, id).filter(sees) };
        }),
      };
    },
  }),
  route({
    id: "showTable",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "一张映射表",
    en: "One mapping table",
    right: "view",
    forLimited: true,
    params: AtId,
    gives: Type.Object({ id: Type.String(), revision: Type.Integer(), table: Table, usedBy: UsedBy }),
    handle: async ({ services, workspace, sees, params: { id } }) => {
      const row = await findDocument(services.engine.pool, workspace, "table", id);
      if (row === null) throw unknown("table", id);
      const usedBy = usersOf(await services.tenants.open(workspace), id).filter(sees);
      return { id, revision: row.revision, table: JSON.parse(row.draft) as MappingTable, usedBy };
    },
  }),
  route({
    id: "exportTable",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/tables/:id/export",
    tag: "tables",
    zh: "映射表导出为 Excel（.xlsx）或 CSV",
    en: "A mapping table as Excel (.xlsx) or CSV",
    right: "view",
    forLimited: true,
    params: AtId,
    query: Type.Object({ format: Type.Optional(Type.Union([Type.Literal("xlsx"), Type.Literal("csv")])) }, closed),
    gives: Type.String({ description: "文件 / the file" }),
    media: [WORKBOOK_TYPE, CSV_TYPE],
    handle: async ({ services, workspace, params: { id }, query: { format = "xlsx" }, reply }) => {
      const row = await findDocument(services.engine.pool, workspace, "table", id);
      if (row === null) throw unknown("table", id);
      const { columns, rows } = JSON.parse(row.draft) as MappingTable;
      const sheet = { name: id, rows: [columns, ...rows] };
      void reply.header("content-disposition", `attachment; filename="${id}.${format}"`);
      return format === "csv"
        ? reply.type("text/csv; charset=utf-8").send(Buffer.from(writeCsv(sheet)))
        : reply.type(WORKBOOK_TYPE).send(Buffer.from(writeWorkbook([sheet])));
    },
  }),
  route({
    id: "readTableFile",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/table-files",
    tag: "tables",
    zh: "把 .xlsx 或 .csv（base64）读成映射表并指出有问题的行；不保存",
    en: "An .xlsx or .csv (base64) as a mapping table, with the rows that are wrong; nothing is saved",
    right: "design",
    params: AtWorkspace,
    bodyBytesMax: 12 * 1024 * 1024,
    body: Type.Object({ ...SpreadsheetFile, sheet: Type.Optional(Type.String({ maxLength: 200 })) }, closed),
    gives: Type.Object({
      table: Table,
      sheets: Type.Array(Type.String()),
      findings: Type.Array(
        Type.Object({
          row: Type.Integer({ description: "文件里的行号，从 1 起 / The file's row, from 1" }),
          kind: Type.String({ description: "blank, repeated, conflict, key-missing" }),
          value: Type.String(),
          other: Type.Optional(Type.Integer()),
        }),
      ),
    }),
    handle: async ({ body: { file, content, sheet } }) => {
      const sheets = readSpreadsheet(file, Buffer.from(content, "base64"));
      const found = sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet);
      const names = sheets.map(({ name }) => name);
      if (found === undefined) throw new DatongError("REQUEST_INVALID", { path: "body/sheet", expected: names.join(", ") });
      const { table, findings } = tableOfRows(file, found.rows);
      return { table: { columns: table.columns, rows: table.rows }, sheets: names, findings };
    },
  }),
  route({
    id: "saveTable",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "保存映射表；空行与重复行略去，矛盾的行报出并拒绝",
    en: "Save a mapping table; blank and repeated rows are left out, rows that contradict others are told and refused",
    right: "design",
    bodyBytesMax: 16 * 1024 * 1024,
    params: AtId,
    body: Type.Object({ revision: FromRevision, table: Type.Unknown() }, closed),
    gives: Type.Object({ id: Type.String(), revision: Type.Integer(), rows: Type.Integer() }),
    handle: async (call) => {
      const { workspace, params, body, actor } = call;
      const given = checkedDocument<MappingTable>(MappingTableSchema, body.table, "body/table");
      const { table, findings } = tableOfRows(params.id, [given.columns, ...given.rows]);
      const flaw = findings.find(({ kind }) => kind === "conflict" || kind === "key-missing");
      if (flaw !== undefined)
        throw new DatongError("REQUEST_INVALID", {
          path: `body/table/rows/${flaw.row - 2}`,
          expected:
            flaw.kind === "conflict"
              ? `与第 ${flaw.other} 行矛盾 / contradicts row ${flaw.other}`
              : "第一列必填 / the first cell is required",
        });
      return perform(call, async (client) => {
        const text = tableText(table);
        const save = { from: body.revision, by: actor.name, publish: true };
        const { revision } = await saveDocument(client, workspace, { kind: "table", id: params.id, text }, save);
        return [
          { id: params.id, revision, rows: table.rows.length },
          { name: "table.save", object: params.id },
        ];
      });
    },
  }),
  route({
    id: "removeTable",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/tables/:id",
    tag: "tables",
    zh: "删除映射表（没有方案使用时）",
    en: "Remove a mapping table that no flow uses",
    right: "design",
    params: AtId,
    handle: async (call) => {
      const { services, workspace, params } = call;
      const users = usersOf(await services.tenants.open(workspace), params.id);
      if (users.length > 0) throw new DatongError("OBJECT_IN_USE", { id: params.id, users: users.join(", ") });
      await perform(call, async (client) => {
        const held = await holdDocument(client, workspace, "table", params.id);
        await removeDocument(client, workspace, "table", params.id);
        return [undefined, { name: "table.remove", object: params.id, before: held.draft }];
      });
    },
  }),
];
