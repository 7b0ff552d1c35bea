/** Bills as an Excel file, written page by page while it is sent: up to 100,000 rows, and memory holds one page. */
import { Readable } from "node:stream";
import { inLanguage, STATUSES, type Language } from "@datong/core";
import { flowPosition, listRecords, streamWorkbook, type FlowPosition, type ListedRecord } from "@datong/engine";
import { Type } from "typebox";
import { ledgerId } from "../documents/tenants.ts";
import { maskFor, type Mask } from "../route/personal.ts";
import { route, type Route } from "../route/route.ts";
import type { Services } from "../services.ts";
import { unknown } from "../store/documents.ts";
import { listFilter, RecordFilter } from "./retry-selection.ts";
import { AtId, closed, WORKBOOK_TYPE } from "./shapes.ts";

const PAGE = 500;
const ROWS_MAX = 100_000;

interface Column {
  readonly zh: string;
  readonly en: string;
  readonly of: (record: ListedRecord, language: Language) => string;
}

const worst = ({ documents }: ListedRecord) => documents.find(({ status }) => status !== "done") ?? documents[0];

const COLUMNS: readonly Column[] = [
  { zh: "源单号", en: "Source number", of: ({ number, key }) => number ?? key },
  { zh: "状态", en: "Status", of: ({ status }, language) => STATUSES[status][language] },
  { zh: "目标单号", en: "Target number", of: ({ documents }) => documents.flatMap(({ number }) => number ?? []).join(", ") },
  { zh: "外部单号", en: "External key", of: ({ documents }) => documents.flatMap(({ externalKey }) => externalKey ?? []).join(", ") },
  {
    zh: "说明",
    en: "What is wrong",
    of: (record, language) =>
      inLanguage(record.reason ?? (record.status === "done" ? "" : (worst(record)?.vendorText ?? worst(record)?.code ?? "")), language),
  },
  { zh: "错误码", en: "Code", of: (record) => (record.status === "done" ? "" : (worst(record)?.code ?? "")) },
  { zh: "尝试", en: "Attempts", of: ({ documents }) => String(Math.max(0, ...documents.map(({ attempts }) => attempts))) },
  { zh: "版次", en: "Version", of: ({ version }) => String(version) },
  { zh: "最近变化", en: "Last change", of: ({ changedAt }) => wallTime(changedAt) },
  { zh: "主键", en: "Key", of: ({ key }) => key },
];

/** In the zone that the ledger's people live in unless they say otherwise. */
function wallTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

async function* pagesOf(
  { engine }: Services,
  at: FlowPosition | null,
  filter: ReturnType<typeof listFilter>,
  { language, mask }: { readonly language: Language; readonly mask: Mask },
): AsyncGenerator<readonly (readonly string[])[]> {
  if (at === null) return;
  let after: string | undefined;
  for (let rows = 0; rows < ROWS_MAX;) {
    const limit = Math.min(PAGE, ROWS_MAX - rows);
    const page = await listRecords(engine.pool, at, { ...filter, limit, ...(after === undefined ? {} : { after }) });
    yield page.map((record) => COLUMNS.map((column) => mask.text(column.of(record, language))));
    if (page.length < limit) return;
    rows += page.length;
    after = page.at(-1)?.place;
  }
}

export const EXPORT_ROUTES: readonly Route[] = [
  route({
    id: "exportRecords",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/export",
    tag: "records",
    zh: "单据导出为 Excel（.xlsx），按状态、单号、错误码、原因、变化时间筛选，最多 100,000 行，边读边发",
    en: "Bills as Excel (.xlsx), by status, number, code, cause or when they changed, up to 100,000 rows, sent while they are read",
    right: "view",
    params: AtId,
    query: Type.Object(
      {
        ...RecordFilter,
        language: Type.Optional(Type.Union([Type.Literal("zh"), Type.Literal("en")])),
      },
      closed,
    ),
    gives: Type.String({ description: "Excel (.xlsx)" }),
    media: WORKBOOK_TYPE,
    handle: async ({ services, workspace, actor, params: { id }, query, reply }) => {
      if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
      const { language = "zh", ...filter } = query;
      const at = await flowPosition(services.engine.pool, ledgerId(workspace, id));
      const head = COLUMNS.map((column) => column[language]);
      const mask = await maskFor(services, actor, workspace);
      const book = streamWorkbook(
        language === "zh" ? "单据" : "Bills",
        head,
        pagesOf(services, at, listFilter(filter), { language, mask }),
      );
      void reply.header("content-disposition", `attachment; filename="${id}.xlsx"`);
      return reply.type(WORKBOOK_TYPE).send(Readable.from(book));
    },
  }),
];
