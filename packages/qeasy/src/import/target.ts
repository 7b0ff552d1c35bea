/** The target of a flow from a scheme's target metadata: the mapping, call options, batches, what follows a write. */
import { takesStatement } from "./database.ts";
import { isObject, type Api, type Field, type Flow, type Json, type JsonObject, type MappingField } from "@datong/core";
import { listAt, objectAt, textAt } from "../scheme/scheme.ts";
import { isGeneric } from "./choose-api.ts";
import { fieldsOf, type QeasyField } from "./fields.ts";
import { kingdeeSave } from "./kingdee.ts";
import { mappingOf } from "./mapping.ts";
import { privateWrite } from "./private-api.ts";
import { requestFieldsOf } from "./response.ts";
import { tellPrivate } from "./source.ts";
import { leavesOf, sentLeaves, takeHolders, takeText, UNDECIDED, type Leaf, type SideChoice, type Work } from "./work.ts";
import { credentialKind, flawOfValue } from "./value.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type MadeTarget = Writable<Flow["target"]>;

export interface TargetResult {
  readonly target: MadeTarget;
  readonly mapping: readonly MappingField[];
  readonly api: Api | undefined;
}

export function targetOf(work: Work, given: SideChoice, idCheck: Json | undefined): TargetResult {
  const choice = fitting(work, given);
  const { metadata, connection, data } = choice;
  const { notes } = work;
  if (data === undefined) return { target: { connection, api: choice.api?.code ?? UNDECIDED }, mapping: [], api: choice.api };
  notes.take(
    metadata,
    "type",
    "effect",
    "method",
    "name",
    "adapter",
    "label",
    "title",
    "description",
    "platform",
    "system",
    "id",
    "number",
    "idCheck",
  );
  const fields = [...requestFieldsOf(work, metadata, "mapping"), ...fieldsOf(metadata, "request", notes, work.origins)];
  const others = fieldsOf(metadata, "otherRequest", notes, work.origins);
  const isLocal = choice.api?.local !== undefined;
  if (isLocal && fields.length + others.length > 0) {
    notes.change(
      metadata,
      undefined,
      "写入空操作不写单据，字段只保留在 qeasy 里",
      "nothing is written, so the fields are only kept under qeasy",
    );
  }
  const known = choice.api?.request ?? [];
  const mapping = isLocal
    ? []
    : mappingOf(lifted(work, fields, known), known, { notes, isTable: data.isTable === true, flowOf: work.flowOf, front: "mapping" });
  if (isLocal) for (const leaf of leavesOf([...fields, ...others])) notes.take(leaf.field.given, ...Object.keys(leaf.field.given));
  const options = isLocal ? {} : optionsOf(work, choice, others);
  const limit = takesStatement(choice.api) ? Number(options["limit"] ?? Number.NaN) : Number.NaN;
  if (takesStatement(choice.api)) delete options["limit"];
  const { rows = Number.isInteger(limit) && limit > 0 ? limit : undefined, rowsKey } = operationOf(work, metadata);
  const api = apiOf(work, choice, { mapping, options, rows, rowsKey });
  const target: MadeTarget = { connection, api: api?.code ?? UNDECIDED };
  if (Object.keys(options).length > 0) target.options = options;
  if (!isLocal) askOptions(work, choice, target);
  if (rows !== undefined && api?.write !== undefined && !isLocal) {
    target.batch = Math.min(rows, api.write.batchMax);
    if (rows > api.write.batchMax)
      notes.change(
        metadata,
        undefined,
        `一次 ${rows} 单超过接口上限 ${api.write.batchMax}`,
        `${rows} documents in a request are more than the API's ${api.write.batchMax}`,
      );
  }
  takeResponses(work, metadata);
  target.changed = changedOf(work, idCheck, api);
  return { target, mapping, api };
}

/**
 * A whole scheme that works in Qeasy without fields that the catalogue's API of its form demands, or with names in other letters (Kingdee
 * takes FMaterialId for FMaterialID), goes through the generic API of the same operation: nothing is demanded of it that it does not send.
 */
function fitting(work: Work, choice: SideChoice): SideChoice {
  const { api, connector, data, metadata } = choice;
  if (api === undefined || data === undefined || data.isTable === true || data.isCut === true) return choice;
  const generic = connector?.apis.find((each) => each.code === api.operation && each.code !== api.code && isGeneric(each));
  const fields = listAt(metadata, "request").filter(isObject);
  if (generic === undefined || fields.length === 0 || choice.form === undefined) return choice;
  const names = new Set(fields.map((field) => field["field"]));
  const strange = api.request.filter((field) => field.required === true && !names.has(field.field)).map((field) => field.field);
  const key = generic.write?.key ?? "";
  if (strange.length === 0 || !names.has(key)) return choice;
  work.notes.change(
    metadata,
    undefined,
    `方案没有接口 ${api.code} 的必填字段 ${strange.join("、")}，改用通用接口 ${generic.code}，原样发送`,
    `the scheme lacks ${strange.join(", ")}, which ${api.code} demands; it goes through the generic ${generic.code} as it is`,
  );
  return { ...choice, api: generic };
}

/** A page's table puts what follows an array into it; fields that the API has beside the array go back there. */
function lifted(work: Work, fields: readonly QeasyField[], known: readonly Field[]): readonly QeasyField[] {
  const out: QeasyField[] = [];
  for (const field of fields) {
    const own = known.find((each) => each.field === field.name);
    const goes = (child: QeasyField): boolean =>
      child.children.length > 0 &&
      own !== undefined &&
      !(own.children ?? []).some((each) => each.field === child.name) &&
      known.some((each) => each.field === child.name);
    const leaving = field.children.filter(goes);
    out.push(leaving.length === 0 ? field : { ...field, children: field.children.filter((child) => !goes(child)) });
    for (const child of leaving) {
      out.push(child);
      work.notes.change(
        child.given,
        undefined,
        `「${child.name}」与「${field.name}」并列，页面误放在它下面`,
        `'${child.name}' stands beside '${field.name}'; the page put it inside`,
      );
    }
  }
  return out;
}

function optionsOf(work: Work, choice: SideChoice, others: readonly QeasyField[]): Record<string, string | null> {
  const options: Record<string, string | null> = {};
  takeHolders(work, others);
  for (const leaf of sentLeaves(work, leavesOf(others))) {
    const { given } = leaf.field;
    work.notes.take(
      given,
      "field",
      "label",
      "type",
      "describe",
      "description",
      "is_required",
      "id",
      "parent",
      "parent_id",
      "name",
      "parser",
      "mapping",
      "default",
      "key",
      "code",
    );
    const text = takeText(work, given, "value") ?? (Object.hasOwn(given, "default") ? takeText(work, given, "default") : undefined);
    if (takesStatement(choice.api) && leaf.name === "limit") {
      options[leaf.name] = text ?? null;
      continue;
    }
    if (choice.api !== undefined && !(choice.api.options ?? []).some((each) => each.field === leaf.name)) {
      strangeOption(work, choice, leaf, text);
      continue;
    }
    const isStatement = choice.api?.options?.some((each) => each.field === leaf.name && each.verbatim === true) === true;
    options[leaf.name] = isStatement ? (text ?? null) : optionText(work, choice, leaf, text);
  }
  return options;
}

function strangeOption(work: Work, { api }: SideChoice, { field, name }: Leaf, text: string | undefined): void {
  if (text === undefined) return;
  work.notes.decide(field.given, "value", {
    key: `target.options.${name}`,
    zh: `调用选项「${name}」=${text}，接口 ${api?.code ?? ""} 在目录里没有，未使用`,
    en: `the call option '${name}' = ${text} is not one of the catalogue's ${api?.code ?? ""} and is not used`,
  });
}

function optionText(work: Work, choice: SideChoice, { field, name }: Leaf, text: string | undefined): string | null {
  if (text === undefined) return null;
  const secret = credentialKind(name, text);
  if (secret !== undefined) {
    const setting = name.replace(/[^A-Za-z0-9_]/g, "_");
    const variable = `${choice.connection}_${setting}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
    const isMissing = secret === "missing";
    const reference = `{{settings.${setting}}}`;
    work.notes.decide(field.given, "value", {
      key: `credentials.${variable}`,
      zh: isMissing
        ? `「${name}」是凭据，页面没有给出：请填到连接 ${choice.connection}（\${${variable}}）`
        : `「${name}」是凭据，已移到连接 ${choice.connection}（\${${variable}}）`,
      en: isMissing
        ? `'${name}' is a credential that the page does not show: put it into the connection ${choice.connection} (\${${variable}})`
        : `'${name}' is a credential; it is now the connection's, ${choice.connection} (\${${variable}})`,
      proposal: reference,
    });
    work.secrets.push({ setting, name: variable, value: isMissing ? undefined : text, connection: choice.connection });
    work.settings.push({ system: choice.system, field: { field: setting, label: textAt(field.given, "label") ?? setting, secret: true } });
    return reference;
  }
  const flaw = flawOfValue(text, name);
  if (flaw !== undefined)
    work.notes.decide(field.given, undefined, {
      key: `target.options.${name}`,
      zh: `取值不能计算（${flaw.zh}）：${text}`,
      en: `the value cannot be evaluated (${flaw.en}): ${text}`,
      proposal: text,
    });
  return text;
}

/** An article that shows the mapping but no call options: the API's presets hold, and a person should know. */
function askOptions(work: Work, { api, data, metadata, form }: SideChoice, target: MadeTarget): void {
  if (api !== undefined && form === undefined && isGeneric(api)) {
    const answer = work.notes.decide(metadata, undefined, {
      key: "target.options.FormId",
      zh: "没有写明业务对象表单（FormId），如 SAL_OUTSTOCK",
      en: "the form (FormId) is not given, such as SAL_OUTSTOCK",
    });
    if (typeof answer === "string") target.options = { ...target.options, FormId: answer };
  }
  const presets = (api?.options ?? []).filter((field) => (field.default ?? "") !== "");
  if (data?.isTable !== true || target.options !== undefined || presets.length === 0) return;
  const proposal: Record<string, string> = Object.fromEntries(presets.map((field) => [field.field, field.default as string]));
  const answer = work.notes.decide(metadata, undefined, {
    key: "target.options",
    zh: "页面没有给出调用选项（如是否提交并审核）；草稿里用接口预设",
    en: "the page does not show the call options (such as whether to submit and audit); the draft takes the API's presets",
    proposal,
  });
  const given = answer === undefined ? proposal : answer;
  if (given === null || !isObject(given)) return;
  target.options = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value === null || value === undefined ? null : String(value)]),
  );
}

function operationOf(work: Work, metadata: JsonObject): { readonly rows: number | undefined; readonly rowsKey: string | undefined } {
  const operation = objectAt(metadata, "operation");
  if (operation === undefined) return { rows: undefined, rowsKey: undefined };
  const raw = operation["rows"];
  const rows = typeof raw === "number" || (typeof raw === "string" && /^\d+$/.test(raw)) ? Number(raw) : undefined;
  work.notes.take(operation, "method", "rows", "rowsKey");
  return { rows: rows === undefined || rows < 1 ? undefined : rows, rowsKey: textAt(operation, "rowsKey") };
}

interface Write {
  readonly mapping: readonly MappingField[];
  readonly options: Readonly<Record<string, string | null>>;
  readonly rows: number | undefined;
  readonly rowsKey: string | undefined;
}

function apiOf(work: Work, choice: SideChoice, write: Write): Api | undefined {
  const { api, code, metadata, connector, system, data } = choice;
  const has = (name: string): boolean => write.mapping.some((field) => field.field === name);
  if (api !== undefined) {
    const isForm = api.code === "batchSave" && system === "kingdee-galaxy" && !has("FBillNo");
    const number = textAt(metadata, "number");
    return isForm && write.mapping.length > 0
      ? kingdeeSave(
          work,
          choice,
          api,
          number !== undefined && has(number) ? number : has("FNumber") ? "FNumber" : (write.mapping[0] as MappingField).field,
        )
      : api;
  }
  const called = code ?? data?.apiName;
  if (called === undefined) return write.mapping.length === 0 || system === UNDECIDED ? undefined : madeApi(work, choice, UNDECIDED, write);
  tellPrivate(work, choice, called);
  return madeApi(work, choice, called, write);

  function madeApi(state: Work, side: SideChoice, called: string, { mapping, options, rows, rowsKey }: Write): Api {
    const labels = (name: string): Field => ({ field: name, label: name });
    const made = privateWrite({
      code: called,
      name: data?.apiName ?? called,
      mapping,
      options: Object.keys(options).map(labels),
      key: keyOf(state, side, mapping),
      rows: rows ?? 1,
      rowsKey: rows !== undefined && rows > 1 ? rowsKey : undefined,
      sibling: connector?.apis.find((each) => each.direction === "write" && JSON.stringify(each.shape).includes(each.operation)),
    });
    state.privateApis.push({ system: side.system, api: made });
    return made;
  }
}

/** The field by which the target knows a document: the scheme's number or id where the mapping has it, else what looks most like it. */
function keyOf(work: Work, { metadata }: SideChoice, mapping: readonly MappingField[]): string {
  const names = singlePaths(mapping);
  const own = [textAt(metadata, "number"), textAt(metadata, "id")]
    .flatMap((name) => names.filter((path) => path === name || path.endsWith(`.${name ?? ""}`)))
    .at(0);
  if (own !== undefined) return own;
  const guess =
    names.find((name) => /(?:no|number|code|编码|单号)$/i.test(name)) ?? names.find((name) => /id$/i.test(name)) ?? names[0] ?? "id";
  const answer = work.notes.decide(metadata, undefined, {
    key: "target.key",
    zh: `目标单据以哪个字段为外部单号（据此不重复写入）？草稿里用 ${guess}`,
    en: `by which field does the target know a document (nothing is written twice by it)? The draft takes ${guess}`,
    proposal: guess,
  });
  return typeof answer === "string" && answer !== "" ? answer : guess;
}

/** Paths of the fields of which a document has one: those outside of lists. */
function singlePaths(mapping: readonly MappingField[], front = ""): readonly string[] {
  return mapping.flatMap((field): readonly string[] => {
    if (field.children === undefined) return [front + field.field];
    return field.type === "array" || (field.value ?? "") !== "" ? [] : singlePaths(field.children, `${front}${field.field}.`);
  });
}

/** What a target's reply holds; the engine reads number and id by the API's own rules. */
function takeResponses(work: Work, metadata: JsonObject): void {
  const hasBack = listAt(metadata, "response").some((each) => isObject(each) && each["field"] === "primaryWriteback");
  if (hasBack) {
    work.notes.change(
      metadata,
      "response",
      "primaryWriteback：目标单号和内码由接口的结果规则读出，回写时写 {{primaryWriteback.number}}、{{primaryWriteback.id}}",
      "primaryWriteback: number and id are read by the API's own rules; write-backs say {{primaryWriteback.number}} and {{primaryWriteback.id}}",
    );
  } else work.notes.take(metadata, "response");
  work.notes.take(metadata, "otherResponse", "autoFillResponse");
}

/** idCheck true: a stored row is never looked at again; false: it is written anew, which here is an update of the same document. */
function changedOf(work: Work, idCheck: Json | undefined, api: Api | undefined): "ignore" | "update" | "hold" {
  const isOff = idCheck === false || idCheck === "false" || idCheck === 0 || idCheck === "0";
  if (!isOff) return "ignore";
  if (api?.write?.update !== undefined || api?.write?.overwrites === true) return "update";
  const place = work.scheme.source?.metadata ?? work.scheme.target?.metadata ?? {};
  work.notes.change(
    place,
    "idCheck",
    "idCheck 为 false（重复处理），接口不能按内码更新：变更的单据留给人处理，不会再建一张",
    "idCheck is false (process again) and the API cannot update: changed bills are held for a person, no second document is made",
  );
  return "hold";
}
