/** What the parts of one import share: the scheme, what is known around it, the report that grows, and what is made beside the flow. */
import type { Api, Connector, Field, Json, JsonObject } from "@datong/core";
import type { Origins } from "../scheme/origins.ts";
import { objectAt, textAt, type Scheme, type SchemeSide, type SideName } from "../scheme/scheme.ts";
import { chooseApi, systemsWith } from "./choose-api.ts";
import type { ImportContext } from "./context.ts";
import type { QeasyField } from "./fields.ts";
import type { Notes } from "./notes.ts";
import { platformOfAdapter, systemOfCode, systemOfName, systemSlug } from "./systems.ts";
import { repairValue, textOfValue } from "./value.ts";

export interface Secret {
  /** Of the connection's settings and of the environment. */
  readonly setting: string;
  readonly name: string;
  /** Undefined: the page shows only where it goes. */
  readonly value: string | undefined;
  readonly connection: string;
}

export interface Work {
  readonly scheme: Scheme;
  readonly context: ImportContext;
  readonly notes: Notes;
  readonly origins: Origins;
  readonly secrets: Secret[];
  /** APIs that the catalogue lacks, by system. */
  readonly privateApis: { readonly system: string; readonly api: Api }[];
  /** Further settings of a system's private connector. */
  readonly settings: { readonly system: string; readonly field: Field }[];
  readonly flowOf: (scheme: string) => string | undefined;
}

export interface SideChoice {
  readonly side: SideName;
  readonly data: SchemeSide | undefined;
  readonly metadata: JsonObject;
  readonly system: string;
  /** The platform's own name, for people. */
  readonly systemName: string;
  readonly connector: Connector | undefined;
  readonly connection: string;
  readonly api: Api | undefined;
  /** What the scheme calls, as it stands. */
  readonly code: string | undefined;
  readonly form: string | undefined;
}

export const UNDECIDED = "undecided";
const EMPTY: JsonObject = {};
const SIDES: Readonly<Record<SideName, readonly [string, string]>> = { source: ["源平台", "source"], target: ["目标平台", "target"] };

/** The system, connection and API of a side. */
export function chooseSide(work: Work, side: SideName): SideChoice {
  const data = work.scheme[side];
  const metadata = data?.metadata ?? EMPTY;
  const code = textAt(metadata, "api");
  const place =
    data === undefined ? (work.scheme.wrapper ?? work.scheme[side === "source" ? "target" : "source"]?.metadata ?? EMPTY) : metadata;
  work.notes.pass(metadata, "datong");
  const own = objectAt(metadata, "datong");
  const kept = textAt(objectAt(side === "source" ? own : objectAt(own, "target"), "set"), "connection");
  const named =
    (side === "source" ? work.context.sourceConnection : work.context.targetConnection) ?? answered(work, `${side}.connection`) ?? kept;
  const system = systemOf(work, data, code, named);
  const connection = connectionOf(work, side, { named, system, place });
  const connector = work.context.connectors.find((each) => each.system === system);
  const form = formOf(metadata);
  const base = { side, data, metadata, connector, connection, code, form, system: system ?? systemSlug(data?.system ?? UNDECIDED) };
  const systemName = data?.system ?? connector?.name.zh ?? system ?? UNDECIDED;
  const wanted = { code, name: data?.apiName, form };
  const api = connector === undefined ? undefined : system === "datong" ? builtIn(connector, side) : chooseApi(connector, wanted, side);
  if (code !== undefined) work.notes.take(metadata, "api");
  return { ...base, systemName, api: api ?? answeredApi(work, side, connector, code, place, data) };
}

function answered(work: Work, key: string): string | undefined {
  const answer = work.context.answers[key];
  return typeof answer === "string" && answer !== "" ? answer : undefined;
}

function builtIn(connector: Connector, side: SideName): Api | undefined {
  return connector.apis.find((api) => api.code === (side === "source" ? "receive" : "collect"));
}

/** Without an API there is nothing to build one from: a person names it. */
function answeredApi(
  work: Work,
  side: SideName,
  connector: Connector | undefined,
  code: string | undefined,
  place: object,
  data: SchemeSide | undefined,
): Api | undefined {
  if (code !== undefined) return undefined;
  const known = (connector?.apis ?? []).filter((api) => api.direction === (side === "source" ? "query" : "write")).map((api) => api.code);
  const [zh, en] = SIDES[side];
  const about =
    data === undefined
      ? ["没有给出", "is not given"]
      : [`没有写明接口${data.apiName === undefined ? "" : `（${data.apiName}）`}`, "does not name its API"];
  const list = known.length === 0 ? "" : `（${known.slice(0, 12).join("、")}）`;
  const answer = work.notes.decide(place, undefined, {
    key: `${side}.api`,
    zh: `${zh}${about[0]}：用哪个接口？${list}`,
    en: `the ${en} ${about[1]}: which API is it?${known.length === 0 ? "" : ` (${known.slice(0, 12).join(", ")})`}`,
  });
  return typeof answer === "string" ? connector?.apis.find((api) => api.code === answer) : undefined;
}

function systemOf(work: Work, data: SchemeSide | undefined, code: string | undefined, named: string | undefined): string | undefined {
  const { connectors, connections } = work.context;
  const own = connections.find((each) => each.id === named);
  if (own !== undefined) return own.system;
  if (
    named === "datong" ||
    code === "写入空操作" ||
    code?.startsWith("easyyun.platform.") === true ||
    textAt(data?.metadata, "type") === "RECEIVE"
  )
    return "datong";
  const adapter = platformOfAdapter(textAt(data?.metadata, "adapter") ?? remedyAdapter(data?.metadata));
  for (const name of [data?.system, adapter]) {
    const system = name === undefined ? undefined : systemOfName(name, connectors);
    if (system !== undefined) return system;
  }
  if (data?.system !== undefined && data.system !== "") return systemSlug(data.system);
  const bySystem = named === undefined ? undefined : connectors.find((each) => each.system === named)?.system;
  if (bySystem !== undefined) return bySystem;
  const holders = code === undefined ? [] : systemsWith(connectors, code);
  if (holders.length === 1) return holders[0];
  // A connection that is not there yet and nothing else known: its own name will do.
  if (named !== undefined && data !== undefined) return systemSlug(named);
  return code === undefined ? undefined : systemOfCode(code);
}

function remedyAdapter(metadata: JsonObject | undefined): string | undefined {
  const remedy = metadata?.["omissionRemedy"];
  return typeof remedy === "object" && remedy !== null ? textAt(remedy as JsonObject, "adapter") : undefined;
}

function connectionOf(work: Work, side: SideName, at: { named: string | undefined; system: string | undefined; place: object }): string {
  if (at.named !== undefined) return at.named;
  if (at.system === "datong") return "datong";
  const own = work.context.connections.filter((each) => each.system === at.system);
  const [zh, en] = SIDES[side];
  const [only] = own;
  if (only !== undefined && own.length === 1) {
    work.notes.change(
      at.place,
      undefined,
      `${zh}用连接 ${only.id}，工作区里该系统只有这一个`,
      `the ${en} uses the connection ${only.id}, the only one of its system`,
    );
    return only.id;
  }
  const proposal = at.system ?? `${UNDECIDED}-${side}`;
  work.notes.decide(at.place, undefined, {
    key: `${side}.connection`,
    zh: `${zh}用哪个连接？草稿里是 ${proposal}（--${side}-connection）`,
    en: `which connection is the ${en}'s? The draft says ${proposal} (--${side}-connection)`,
    proposal,
  });
  return proposal;
}

/** FormId among the protocol parameters, in either list and either form. */
function formOf(metadata: JsonObject): string | undefined {
  for (const key of ["otherRequest", "request"]) {
    const list = metadata[key];
    const fields: readonly Json[] = Array.isArray(list) ? (list as readonly Json[]) : [];
    const found = fields.find((each) => typeof each === "object" && each !== null && (each as JsonObject)["field"] === "FormId");
    const value = found === undefined ? (list as JsonObject | undefined)?.["FormId"] : (found as JsonObject)["value"];
    const text = typeof value === "string" && value.trim() !== "" ? repairValue(value.trim()).text : undefined;
    if (text !== undefined && !text.includes("{{")) return text;
  }
  return undefined;
}

export interface Leaf {
  readonly field: QeasyField;
  readonly path: readonly string[];
  /** One name for the flow; nested ones are joined by underscores. */
  readonly name: string;
}

/** The fields without children, each with its way from the top. */
export function leavesOf(fields: readonly QeasyField[], above: readonly string[] = []): readonly Leaf[] {
  return fields.flatMap((field): readonly Leaf[] => {
    const path = [...above, field.name];
    if (field.children.length === 0) return [{ field, path, name: path.join("_").replace(/[^\w\u4e00-\u9fff]/g, "_") }];
    return leavesOf(field.children, path);
  });
}

/** The value as text, put right; undefined when the field has none. Marks it as taken or changed. */
export function takeText(work: Work, given: JsonObject, key: string): string | undefined {
  const raw = textOfValue(given[key]);
  if (raw === undefined) {
    work.notes.pass(given, key);
    return undefined;
  }
  const { text, zh, en } = repairValue(raw);
  if (zh.length === 0) work.notes.take(given, key);
  else work.notes.change(given, key, `${zh.join("；")}：${text}`, `${en.join("; ")}: ${text}`);
  return text;
}

/** Parameters that tell how the reply is read; they are not sent. */
const READING = /^(?:data_?key|status_?key|status_?value|page_?key)$/i;

/** The leaves that are sent; those that tell how the reply is read are marked as such. */
export function sentLeaves(work: Work, leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.filter(({ field: { name, given } }) => {
    if (!READING.test(name)) return true;
    work.notes.take(given, ...Object.keys(given));
    work.notes.change(given, undefined, `「${name}」说明怎样读回复，不发送`, `'${name}' tells how the reply is read and is not sent`);
    return false;
  });
}

/** Fields that only hold others say nothing of their own but names and captions. */
export function takeHolders(work: Work, fields: readonly QeasyField[]): void {
  for (const { given, children } of fields) {
    if (children.length === 0) continue;
    work.notes.take(given, ...Object.keys(given).filter((key) => key !== "children"));
    takeHolders(work, children);
  }
}
