/**
 * Save, BatchSave and Draft: each package stands alone, is checked, written, put into the ledger, and on request submitted and audited.
 *
 * A package may be saved and yet not audited: then it is in SuccessEntitys and in Errors under the same DIndex. The ledger's key is the
 * sender's own number; a sender that gave none is known by the content, so that the same document sent twice shows as a duplicate.
 */
import { createHash } from "node:crypto";
import { NumberText, writeJson } from "../kit/exact-json.ts";
import type { Ledger } from "../kit/ledger.ts";
import { refreshAmounts } from "./amounts.ts";
import { compareDecimals } from "./decimal.ts";
import type { Field, Fields, Form, Line, Value } from "./form.ts";
import { operate, titleOf, type Act } from "./lifecycle.ts";
import { readModel, returnedValue, type ParsedModel } from "./model.ts";
import { MSG, problem, responseStatus, type Entity, type Problem } from "./reply.ts";
import { isObject, isYes, textOf } from "./request-body.ts";
import { ORG_FORM_ID } from "./forms/base-data.ts";
import { MATERIAL_FORM } from "./forms/material.ts";
import { findEntry, formOf, numberOf, type Document, type Store } from "./store.ts";

export interface SaveContext extends Act {
  readonly ledger: Ledger;
  readonly form: Form;
  readonly method: string;
  readonly lcid: string;
  readonly orgNumber: string;
  /** The text of an edit lock on the form or on this number, when there is one. */
  lockText(number: string): string | undefined;
}

interface Options {
  readonly updateKeys: ReadonlySet<string>;
  readonly returnKeys: readonly string[];
  readonly deleteEntries: boolean;
  readonly verifyBaseData: boolean;
  readonly audit: boolean;
}

interface Saved {
  readonly document: Document | undefined;
  readonly problems: readonly Problem[];
}

/** Runs one call and gives the answer's body. */
export function save(context: SaveContext, data: Readonly<Record<string, unknown>>): unknown {
  const batch = context.method === "BatchSave";
  const packages = batch ? data["model"] : [data["model"]];
  if (!Array.isArray(packages) || packages.length === 0 || !packages.every(isObject)) {
    return { Result: { ResponseStatus: responseStatus([problem(MSG.parameter, "Model参数格式不正确")]) } };
  }
  if (packages.length > context.settings.batchMax) {
    return {
      Result: { ResponseStatus: responseStatus([problem(MSG.parameter, `单次批量保存的数据包不能超过${context.settings.batchMax}个`)]) },
    };
  }
  const options = readOptions(data);
  const entities: Entity[] = [];
  const problems: Problem[] = [];
  const returned: unknown[] = [];
  for (const [dIndex, model] of (packages as Readonly<Record<string, unknown>>[]).entries()) {
    const saved = saveOne(context, model, options, dIndex);
    problems.push(...saved.problems);
    if (saved.document === undefined) continue;
    entities.push({ Id: saved.document.id, Number: numberOf(saved.document), DIndex: dIndex });
    returned.push(returnData(context, saved.document, options.returnKeys));
  }
  const success = problems.length === 0 || (context.settings.mixedIsSuccess && entities.length > 0);
  const status = responseStatus(problems, entities, [], success);
  const [only] = entities;
  if (!batch && only !== undefined)
    return { Result: { ResponseStatus: status, Id: only.Id, Number: only.Number, NeedReturnData: returned } };
  return { Result: { ResponseStatus: status, ...(entities.length > 0 ? { NeedReturnData: returned } : {}) } };
}

function readOptions(data: Readonly<Record<string, unknown>>): Options {
  const keys = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
  return {
    updateKeys: new Set(keys(data["needupdatefields"]).map((key) => key.toLowerCase())),
    returnKeys: keys(data["needreturnfields"]),
    deleteEntries: data["isdeleteentry"] === undefined || isYes(data["isdeleteentry"]),
    verifyBaseData: isYes(data["isverifybasedatafield"]),
    audit: isYes(data["isautosubmitandaudit"]),
  };
}

function saveOne(context: SaveContext, model: Readonly<Record<string, unknown>>, options: Options, dIndex: number): Saved {
  const { store, form, settings, lcid } = context;
  const fail = (message: string, field: string | null, msgCode: number = MSG.invalid): Saved => ({
    document: undefined,
    problems: [problem(msgCode, message, field, dIndex)],
  });
  const parsed = readModel(store, form, model, { verifyBaseData: options.verifyBaseData, keysAnyCase: settings.modelKeysAnyCase, lcid });
  const number = textOf(parsed.values[form.numberKey] ?? "");
  const lockText = context.lockText(number);
  if (lockText !== undefined) return fail(lockText, null, MSG.editLock);
  const old = parsed.id > 0 ? store.get(form, parsed.id) : undefined;
  if (parsed.id > 0 && old === undefined) return fail(`内码为“${parsed.id}”的${form.name}不存在`, form.masterKey, MSG.notFound);
  const oldStatus = old?.values["FDocumentStatus"];
  if (old !== undefined && (oldStatus === "B" || oldStatus === "C")) {
    return fail(`${titleOf(old)}，单据已经${oldStatus === "C" ? "审核" : "提交"}！`, form.numberKey);
  }
  const candidate = old === undefined ? newDocument(context, parsed) : editedDocument(context, old, parsed, options);
  const flaws = [...parsed.flaws, ...(context.method === "Draft" ? [] : missing(candidate))];
  const taken = number === "" ? undefined : store.find(form, number);
  if (taken !== undefined && taken !== old) {
    flaws.push({ field: form.numberKey, message: `违反字段唯一性要求：编码唯一。[${number}]在当前系统中已经被使用。` });
  }
  if (flaws.length > 0)
    return { document: undefined, problems: flaws.map((flaw) => problem(MSG.invalid, flaw.message, flaw.field, dIndex)) };
  const document = commit(context, candidate, old, model);
  return { document, problems: options.audit && context.method !== "Draft" ? audit(context, document, dIndex) : [] };
}

function audit(context: SaveContext, document: Document, dIndex: number): readonly Problem[] {
  const refusal = operate(context, "Submit", document) ?? operate(context, "Audit", document);
  return refusal === undefined ? [] : [problem(MSG.invalid, refusal, null, dIndex)];
}

function newDocument(context: SaveContext, parsed: ParsedModel): Document {
  const { store, form } = context;
  const lines = form.entries.map((entry) => {
    const sent = parsed.lines[entry.key] ?? [];
    const all = entry.single ? [sent[0] ?? { entryId: 0, values: {} }] : sent;
    return [
      entry.key,
      all.map(({ values }, i) => ({ entryId: store.newId(), seq: i + 1, values: withDefaults(context, entry.fields, values) })),
    ] as const;
  });
  const values = withDefaults(context, form.header, parsed.values);
  const system = { FDocumentStatus: context.method === "Draft" ? "Z" : "A", FCreatorId: context.userId, FCreateDate: context.at };
  return { form, id: store.newId(), values: { ...values, ...system }, lines: Object.fromEntries(lines) };
}

function editedDocument(context: SaveContext, old: Document, parsed: ParsedModel, options: Options): Document {
  const wanted = (key: string): boolean => options.updateKeys.size === 0 || options.updateKeys.has(key.toLowerCase());
  const pick = (values: Readonly<Record<string, Value>>, entryKey?: string): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).filter(([key]) => wanted(key) || (entryKey !== undefined && wanted(entryKey))));
  const lines = old.form.entries.map((entry): readonly [string, Line[]] => {
    const before = old.lines[entry.key] ?? [];
    const sent = parsed.lines[entry.key];
    if (sent === undefined) return [entry.key, before.map((line) => ({ ...line, values: { ...line.values } }))];
    if (entry.single) {
      const [line] = before;
      return [entry.key, line === undefined ? [] : [{ ...line, values: { ...line.values, ...pick(sent[0]?.values ?? {}, entry.key) } }]];
    }
    const kept = before.filter((line) => !options.deleteEntries || sent.some(({ entryId }) => entryId === line.entryId));
    const edited = kept.map((line) => {
      const change = sent.find(({ entryId }) => entryId === line.entryId);
      return { ...line, values: { ...line.values, ...pick(change?.values ?? {}, entry.key) } };
    });
    const added = sent.filter(({ entryId }) => !before.some((line) => line.entryId === entryId));
    const fresh = added.map(({ values }) => ({
      entryId: context.store.newId(),
      seq: 0,
      values: withDefaults(context, entry.fields, values),
    }));
    return [entry.key, [...edited, ...fresh].map((line, i) => ({ ...line, seq: i + 1 }))];
  });
  const { ledgerEntry } = old;
  return {
    form: old.form,
    id: old.id,
    values: { ...old.values, ...pick(parsed.values) },
    lines: Object.fromEntries(lines),
    ...(ledgerEntry === undefined ? {} : { ledgerEntry }),
  };
}

function withDefaults(context: SaveContext, fields: Fields, given: Readonly<Record<string, Value>>): Record<string, Value> {
  const values: Record<string, Value> = { ...given };
  for (const field of fields.values()) {
    if (field.defaultText === undefined || !isEmpty(field, values[field.key] ?? null)) continue;
    values[field.key] =
      field.defaultText === "unit" ? baseUnitOf(context.store, fields, given) : defaultValue(context, field, field.defaultText);
  }
  return values;
}

/** The base unit of the material that the line names; 0, which is none, without one. */
function baseUnitOf(store: Store, fields: Fields, line: Readonly<Record<string, Value>>): Value {
  const field = [...fields.values()].find(({ ref }) => ref === MATERIAL_FORM.id);
  const id = field === undefined ? undefined : line[field.key];
  const material = typeof id === "number" ? store.get(MATERIAL_FORM, id) : undefined;
  return material?.lines["SubHeadEntity"]?.[0]?.values["FBaseUnitId"] ?? 0;
}

function defaultValue(context: SaveContext, field: Field, text: string): Value {
  if (text === "org") return context.store.find(formOf(ORG_FORM_ID), context.orgNumber)?.id ?? 0;
  if (field.kind === "bool") return text === "true";
  return field.kind === "int" ? Number(text) : text;
}

function missing(document: Document): { field: string; message: string }[] {
  const { form } = document;
  const head = [...form.header.values()].filter((field) => field.required && isEmpty(field, document.values[field.key] ?? null));
  const flaws = head.map((field) => ({ field: field.key, message: `字段“${field.name}”是必填项` }));
  for (const entry of form.entries) {
    for (const line of document.lines[entry.key] ?? []) {
      for (const field of entry.fields.values()) {
        if (!field.required || !isEmpty(field, line.values[field.key] ?? null)) continue;
        const message = entry.single
          ? `字段“${field.name}”是必填项`
          : `单据体实体【${entry.name}】第【${line.seq}】行分录，【${field.name}】字段必录`;
        flaws.push({ field: field.key, message });
      }
    }
  }
  return flaws;
}

function isEmpty(field: Field, value: Value): boolean {
  if (value === null || value === "" || (field.kind === "base" && value === 0)) return true;
  return field.kind === "decimal" && field.required && compareDecimals(String(value), "0") === 0;
}

function commit(context: SaveContext, document: Document, old: Document | undefined, model: Readonly<Record<string, unknown>>): Document {
  const { store, form, ledger } = context;
  const own = numberOf(document);
  if (own === "") document.values[form.numberKey] = store.newNumber(form);
  document.values["FModifierId"] = context.userId;
  document.values["FModifyDate"] = context.at;
  refreshAmounts(document);
  if (old !== undefined) store.remove(old);
  store.put(document);
  const body = withoutMarks(model);
  document.ledgerEntry = ledger.add({
    api: context.method,
    kind: form.id,
    key: own === "" ? contentKey(model) : own,
    number: numberOf(document),
    body,
    stage: "saved",
    ...(old === undefined ? {} : { edit: true }),
  });
  return document;
}

function contentKey(model: Readonly<Record<string, unknown>>): string {
  return `content:${createHash("sha256").update(writeJson(model)).digest("hex").slice(0, 32)}`;
}

function withoutMarks(value: unknown): unknown {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return value.map(withoutMarks);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutMarks(member)])) : value;
}

function returnData(context: SaveContext, document: Document, keys: readonly string[]): unknown {
  const data: Record<string, unknown> = {};
  for (const key of keys) {
    const [first = "", second] = key.split(".");
    const field = document.form.header.get(first.toLowerCase());
    const entry = findEntry(document.form, first);
    if (field !== undefined) data[field.key] = returnedValue(context.store, field, document.values[field.key] ?? null);
    else if (first.toLowerCase() === document.form.masterKey.toLowerCase()) data[document.form.masterKey] = document.id;
    else if (entry !== undefined && second !== undefined) {
      const lineField = entry.fields.get(second.toLowerCase());
      const before = (data[entry.key] ?? []) as Record<string, unknown>[];
      data[entry.key] = (document.lines[entry.key] ?? []).map((line, i) => ({
        ...before[i],
        [lineField?.key ?? second]:
          lineField === undefined ? line.entryId : returnedValue(context.store, lineField, line.values[lineField.key] ?? null),
      }));
    }
  }
  return data;
}
