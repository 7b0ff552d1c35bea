/**
 * Collections (数据集合): flows whose stored records others read, as their source, one by one or in lookups, and those that write nothing but
 * store. Their rows are read in pages, searched, taken out as Excel, and taken in where a flow waits for rows to be sent to it.
 */
import { Readable } from "node:stream";
import { BUILT_IN_SYSTEM, DatongError, errorToJson, maskedJson, writeJson, type Flow, type Json } from "@datong/core";
import {
  countFlows,
  flowPosition,
  flowReaders,
  readSpreadsheet,
  storedRecords,
  streamWorkbook,
  type FlowPosition,
  type StoredRecord,
} from "@datong/engine";
import { Type } from "typebox";
import { seesPersonal } from "../access/rights.ts";
import { ledgerId, ownId } from "../documents/tenants.ts";
import { sendExactly } from "../route/exact-json.ts";
import { personalOf } from "../route/personal.ts";
import { route, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import { unknown } from "../store/documents.ts";
import { performQuietly } from "./deed.ts";
import { After, AtId, AtWorkspace, closed, Limit, Nullable, pageOf, SpreadsheetFile, WORKBOOK_TYPE } from "./shapes.ts";

const PAGE = 500;
const ROWS_MAX = 100_000;
const TAKEN_MAX = 10_000;
const REFUSED_TOLD = 20;

const COLLECT = "collect";
const isStore = ({ target }: Flow): boolean => target.connection === BUILT_IN_SYSTEM && target.api === COLLECT;
const takesRows = ({ source }: Flow): boolean => source.connection === BUILT_IN_SYSTEM && source.flow === undefined;

async function positionOf(services: Services, workspace: string, id: string): Promise<FlowPosition | null> {
  if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
  return flowPosition(services.engine.pool, ledgerId(workspace, id));
}

/** Every row page by page, as far as a file goes. */
async function* pagesOf({ engine }: Services, at: FlowPosition | null): AsyncGenerator<readonly StoredRecord[]> {
  if (at === null) return;
  let after: string | null = "";
  for (let records = 0; after !== null && records < ROWS_MAX; records += PAGE) {
    const page = await storedRecords(engine.pool, at, { after, limit: PAGE });
    yield page.items;
    after = page.next;
  }
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : writeJson(value);
}

export const COLLECTION_ROUTES: readonly Route[] = [
  route({
    id: "listCollections",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/collections",
    tag: "collections",
    zh: "数据集合：存下的数据被其他方案读取或关联查询的方案，以及只存数据的方案；各被谁读、按哪些字段",
    en: "Collections: flows whose stored records others read or look up, and those that only store; by whom and by which fields",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          flow: Type.String(),
          name: Nullable(Type.String()),
          records: Type.Integer(),
          isStore: Type.Boolean({ description: "只存数据，不写目标 / It stores and writes nothing" }),
          takesRows: Type.Boolean({ description: "等人推送数据，可导入 / It waits for rows, which may be taken in here" }),
          readers: Type.Array(Type.Object({ flow: Type.String(), how: Type.String(), fields: Type.Array(Type.String()) })),
        }),
      ),
    }),
    handle: async ({ services, workspace, sees }) => {
      const tenant = await services.tenants.open(workspace);
      const readers = flowReaders(tenant.drafts);
      const counts = new Map<string, number>();
      for (const { flowId, records } of await countFlows(services.engine.pool)) {
        const id = ownId(workspace, flowId);
        if (id !== null) counts.set(id, (counts.get(id) ?? 0) + records);
      }
      const items = [...tenant.flows.keys()].filter(sees).flatMap((id) => {
        const entry = tenant.drafts.flows.get(id);
        const flow = entry?.kind === "ready" ? entry.flow : null;
        const own = readers.get(id) ?? [];
        const stores = flow !== null && isStore(flow);
        if (own.length === 0 && !stores) return [];
        return {
          flow: id,
          name: flow?.name ?? null,
          records: counts.get(id) ?? 0,
          isStore: stores,
          takesRows: flow !== null && takesRows(flow),
          readers: own.filter((reader) => sees(reader.flow)),
        };
      });
      return { items };
    },
  }),
  route({
    id: "listRows",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/rows",
    tag: "collections",
    zh: "方案存下的源数据，逐页；find 按编号或内容查找，每次最多看一万条，next 不为空则接着找",
    en: "A flow's stored source rows, page by page; find: by number or by what they hold, ten thousand records at once, going on behind next",
    right: "view",
    params: AtId,
    query: Type.Object({ find: Type.Optional(Type.String({ maxLength: 200 })), limit: Limit, after: After }, closed),
    gives: Type.Object({
      ...pageOf(
        Type.Object({ key: Type.String(), number: Nullable(Type.String()), status: Type.String(), rows: Type.Array(Type.Unknown()) }),
      ).properties,
      looked: Type.Integer({ description: "看了多少条 / Records that were looked at" }),
    }),
    handle: async ({ services, workspace, params: { id }, query, reply }) => {
      const at = await positionOf(services, workspace, id);
      const { find = "", after = "", limit = 100 } = query;
      const { items, ...rest } =
        at === null
          ? { items: [], next: null, looked: 0 }
          : await storedRecords(services.engine.pool, at, { find: find.trim(), after, limit });
      return sendExactly(reply, { items, ...rest });
    },
  }),
  route({
    id: "exportRows",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/rows/export",
    tag: "collections",
    zh: "存下的源数据导出为 Excel（.xlsx），最多 100,000 条，边读边发",
    en: "A flow's stored source rows as Excel (.xlsx), of 100,000 records at most, sent while they are read",
    right: "view",
    params: AtId,
    gives: Type.String({ description: "Excel (.xlsx)" }),
    media: WORKBOOK_TYPE,
    handle: async ({ services, workspace, actor, params: { id }, reply }) => {
      const at = await positionOf(services, workspace, id);
      // A file is not masked on its way as other answers are.
      const isPersonal = seesPersonal(actor, workspace) ? null : personalOf(await services.tenants.open(workspace));
      // Rows need not have the same columns: read once for the names, once for the cells.
      const names = new Set<string>();
      for await (const page of pagesOf(services, at))
        for (const record of page) for (const row of record.rows) for (const name of Object.keys(row)) names.add(name);
      const columns = [...names];
      const cells = async function* (): AsyncGenerator<readonly (readonly string[])[]> {
        for await (const page of pagesOf(services, at))
          yield page.flatMap((record) =>
            record.rows.map((given) => {
              const row = isPersonal === null ? given : (maskedJson(given, isPersonal) as typeof given);
              return columns.map((name) => cellOf(row[name]));
            }),
          );
      };
      void reply.header("content-disposition", `attachment; filename="${id}-rows.xlsx"`);
      return reply.type(WORKBOOK_TYPE).send(Readable.from(streamWorkbook(id, columns, cells())));
    },
  }),
  route({
    id: "importRows",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/rows",
    tag: "collections",
    zh: "把 .xlsx 或 .csv（base64）的数据行推送给等数据的方案；第一行是列名",
    en: "Sends the rows of an .xlsx or .csv (base64) to a flow that waits for rows; the first row names the columns",
    right: "operate",
    status: 202,
    params: AtId,
    bodyBytesMax: 12 * 1024 * 1024,
    body: Type.Object(SpreadsheetFile, closed),
    gives: Type.Object({
      stored: Type.Integer(),
      refused: Type.Integer(),
      problems: Type.Array(Type.Object({ row: Type.Integer(), code: Type.String(), zh: Type.String(), en: Type.String() })),
    }),
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const entry = (await services.tenants.open(workspace)).published.flows.get(params.id);
      if (entry?.kind !== "ready") throw new DatongError("FLOW_NOT_PUBLISHED", { flow: params.id });
      const { connection, api } = entry.flow.source;
      if (!takesRows(entry.flow)) throw new DatongError("FLOW_NOT_PASSIVE", { path: "source", flow: params.id, connection, api });
      const [head = [], ...lines] = readSpreadsheet(body.file, Buffer.from(body.content, "base64"))[0]?.rows ?? [];
      const filled = lines.map((cells, i) => ({ cells, row: i + 2 })).filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
      if (filled.length > TAKEN_MAX) throw new DatongError("REQUEST_INVALID", { path: "body/content", expected: `≤ ${TAKEN_MAX}` });
      const rows = filled.map(({ cells }) =>
        Object.fromEntries(head.flatMap((name, i) => (name.trim() === "" ? [] : [[name.trim(), cells[i] ?? ""]]))),
      );
      const told = await services.engine.receive(ledgerId(workspace, params.id), rows);
      const stored = told.filter((each) => "key" in each).length;
      const deed = { name: "rows.import", object: params.id, after: `${body.file}: ${stored}` };
      return performQuietly(call, async () => [
        {
          stored,
          refused: told.length - stored,
          problems: told
            .flatMap((each, i) => ("code" in each ? [{ ...each, row: filled[i]?.row ?? 0 }] : []))
            .slice(0, REFUSED_TOLD)
            .map(({ code, details, row }) => {
              const { zh, en } = errorToJson(new DatongError(code, details));
              return { row, code, zh, en };
            }),
        },
        deed,
      ]);
    },
  }),
];
