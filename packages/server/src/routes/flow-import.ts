/**
 * Schemes of 轻易云 (Qeasy) as flows: pasted or dropped, read, told with what is left to decide, and made drafts once somebody says so. Answers stay in
 * the flow, so that bringing the same scheme again asks no more. Credentials that stand in a scheme are told by name alone and kept nowhere.
 */
import { DatongError, isObject, readJson, type Flow, type Json } from "@datong/core";
import { checkWorkspaceFlow, flowOfText, readSpreadsheet } from "@datong/engine";
import { importFiles, type ImportContext, type ImportedFlow, type InputFile } from "@datong/qeasy";
import { Type, type Static } from "typebox";
import { stringify } from "yaml";
import { systemOf, withMissing, type OwnConnector } from "../documents/connector-documents.ts";
import type { Tenant } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { findDocument, saveDocument } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { issuesOf } from "./flows.ts";
import { AtWorkspace, closed, Id } from "./shapes.ts";

const FILES_MAX = 50;
const BYTES_MAX = 8 * 1024 * 1024;

const Remark = Type.Object({ file: Type.String(), line: Type.Integer(), path: Type.String(), zh: Type.String(), en: Type.String() });
const Body = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          file: Type.String({ minLength: 1, maxLength: 200, description: "文件名 / The file's name" }),
          text: Type.Optional(
            Type.String({ maxLength: BYTES_MAX, description: "原文：元数据、整页、片段 / Metadata, a page, a fragment" }),
          ),
          content: Type.Optional(Type.String({ contentEncoding: "base64", description: "Excel 内容，base64 / A spreadsheet in base64" })),
        },
        closed,
      ),
      { minItems: 1, maxItems: FILES_MAX },
    ),
    sourceConnection: Type.Optional(Id),
    targetConnection: Type.Optional(Id),
    answers: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
        description: "方案标识 → 待定的答案 / Id of a flow to the answers of its decisions",
      }),
    ),
    keep: Type.Optional(Type.Boolean({ description: "建成草稿；不写只给报告 / Make drafts; without it only the report" })),
  },
  closed,
);
const Imported = Type.Object({
  id: Type.String(),
  name: Type.String(),
  status: Type.String({ description: "ok、needs-decision" }),
  taken: Type.Integer(),
  changed: Type.Array(Remark),
  decisions: Type.Array(Type.Object({ ...Remark.properties, key: Type.String(), proposal: Type.Unknown() })),
  unknown: Type.Array(Type.Object({ file: Type.String(), line: Type.Integer(), path: Type.String(), key: Type.String() })),
  credentials: Type.Array(Type.String(), { description: "方案里写着的凭据的名称 / Names of credentials that stand in the scheme" }),
  lacks: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), system: Type.String() }), {
    description: "还没有的连接 / Connections that are not there yet",
  }),
  answers: Type.Unknown(),
  text: Type.String(),
  issues: Type.Array(Type.Unknown()),
  revision: Type.Union([Type.Integer(), Type.Null()], { description: "建成的草稿的版本 / Revision of the draft that was made" }),
});

type Given = Static<typeof Body>;
type Answers = Readonly<Record<string, Json>>;

export const FLOW_IMPORT_ROUTES: readonly Route[] = [
  route({
    id: "importQeasy",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flow-imports/qeasy",
    tag: "flows",
    zh: "把轻易云方案（元数据、整页、片段、参数表）转成方案：先给报告与待定项，keep 为真时建成停用的草稿；答过的下次不再问",
    en: "Schemes of Qeasy (metadata, pages, fragments, sheets) as flows: the report with its decisions, and with `keep` drafts that are disabled; what was answered is not asked again",
    right: "design",
    params: AtWorkspace,
    bodyBytesMax: 2 * BYTES_MAX,
    body: Body,
    gives: Type.Object({
      flows: Type.Array(Imported),
      refused: Type.Array(Type.Object({ file: Type.String(), zh: Type.String(), en: Type.String() })),
    }),
    handle: async (call) => {
      const { services, workspace, body, request } = call;
      const tenant = await services.tenants.open(workspace);
      const files = body.files.map(inputOf);
      const context = contextOf(tenant, body, answersIn(String(request.rawBody)));
      // Ids are settled first: a flow of another origin keeps its own.
      const first = importFiles(files, context);
      const { flows, refused } = importFiles(files, context, takenBy(tenant, first.flows));
      const told = [];
      for (const flow of flows) {
        const answers = answersOf(context, flow.id);
        const text = textOf(flow, answers);
        const revision = body.keep === true ? await keep(call, flow, text) : null;
        told.push({ ...reportOf(tenant, flow, text), answers, revision });
      }
      return { flows: told, refused };
    },
  }),
];

function inputOf({ file, text, content }: Given["files"][number]): InputFile {
  if (content !== undefined) return { file, sheets: readSpreadsheet(file, Buffer.from(content, "base64")) };
  if (text === undefined)
    throw new DatongError("REQUEST_INVALID", { path: "body/files", expected: "text 与 content 二选一 / either text or content" });
  return { file, text };
}

/** Read anew from the text, so that numbers among the answers keep their digits. */
function answersIn(raw: string): Answers {
  const body = readJson(raw);
  const answers = isObject(body) ? body["answers"] : undefined;
  return answers !== undefined && isObject(answers) ? (answers as Answers) : {};
}

function contextOf({ drafts }: Tenant, { sourceConnection, targetConnection }: Given, given: Answers): ImportContext {
  const ready = [...drafts.flows.values()].flatMap((entry) => (entry.kind === "ready" ? [entry.flow] : []));
  const schemes: Record<string, Json> = {};
  for (const { id, qeasy } of ready) if (qeasy?.answers !== undefined) schemes[id] = qeasy.answers as Json;
  for (const [id, answers] of Object.entries(given))
    schemes[id] = { ...(schemes[id] as object | undefined), ...(answers as object) } as Json;
  return {
    connectors: drafts.connectors,
    connections: [...drafts.connections.values()].flatMap(({ id, document }) =>
      document === undefined ? [] : [{ id, system: document.system }],
    ),
    flows: ready.map(({ id, aliases = [] }) => ({ id, aliases })),
    sourceConnection,
    targetConnection,
    schemeIds: {},
    answers: { schemes: schemes as Json },
  };
}

function answersOf({ answers }: ImportContext, id: string): Answers {
  const { schemes } = answers;
  const own = schemes !== undefined && isObject(schemes) ? schemes[id] : undefined;
  return own !== undefined && isObject(own) ? (own as Answers) : {};
}

/** Whether an id belongs to a flow of another origin. */
function takenBy({ drafts }: Tenant, flows: readonly ImportedFlow[]): (id: string) => boolean {
  const own = new Map(flows.map((flow) => [flow.id, flow.flow.qeasy]));
  return (id) => {
    const entry = drafts.flows.get(id);
    if (entry === undefined) return false;
    // A number behind the name tells flows of one name apart.
    const brought = own.get(id) ?? own.get(id.replace(/-\d+$/, ""));
    return entry.kind === "broken" || !isSameOrigin(entry.flow.qeasy, brought);
  };
}

function isSameOrigin(one: Flow["qeasy"], other: Flow["qeasy"]): boolean {
  if (one === undefined || other === undefined) return false;
  return one.source?.metadata === other.source?.metadata && one.target?.metadata === other.target?.metadata;
}

/** As the command writes it, with the answers that it was made by. */
function textOf({ flow, file }: ImportedFlow, answers: Answers): string {
  const { qeasy, ...rest } = flow;
  const kept = qeasy === undefined || Object.keys(answers).length === 0 ? qeasy : { ...qeasy, answers };
  const head = `# 导入自轻易云 / imported from Qeasy: ${file}`.replaceAll("\n", " ");
  return `${head}\n${stringify(kept === undefined ? rest : { ...rest, qeasy: kept }, { lineWidth: 0, blockQuote: "literal" })}`;
}

function reportOf({ drafts }: Tenant, imported: ImportedFlow, text: string): object {
  const { id, flow, status, taken, changed, decisions, unknown, secrets, made } = imported;
  const lacks = made.connections.map((each) => ({ id: each.id, name: each.name ?? each.id, system: each.system }));
  const issues = issuesOf(checkWorkspaceFlow(drafts, flowOfText({ id, text })));
  const credentials = [...new Set(secrets.map(({ connection, setting }) => `${connection}.${setting}`))];
  return { id, name: flow.name ?? id, status, taken, changed, decisions, unknown, credentials, lacks, text, issues };
}

/** A disabled draft, and the connectors that it needs; gives the draft's revision. */
async function keep(
  call: Pick<Call<unknown, unknown, unknown>, "services" | "workspace" | "actor">,
  flow: ImportedFlow,
  text: string,
): Promise<number> {
  const { workspace, actor } = call;
  return perform(call, async (client) => {
    for (const connector of flow.made.connectors) {
      const id = systemOf(connector);
      const row = await findDocument(client, workspace, "connector", id);
      const next = withMissing(row === null ? null : (JSON.parse(row.draft) as OwnConnector), connector);
      if (next === null) continue;
      const save = { from: row?.revision ?? 0, by: actor.name, publish: true };
      await saveDocument(client, workspace, { kind: "connector", id, text: JSON.stringify(next, null, 2) }, save);
    }
    const row = await findDocument(client, workspace, "flow", flow.id);
    const document = { kind: "flow" as const, id: flow.id, text, note: `导入自轻易云 imported from Qeasy: ${flow.file}`.slice(0, 500) };
    const { revision } = await saveDocument(client, workspace, document, { from: row?.revision ?? 0, by: actor.name, publish: false });
    return [revision, { name: "flow.import", object: flow.id, before: row?.draft ?? null, after: text }];
  });
}
