/**
 * Makes a BatchSave API of one form out of its fields. The number is required, for only by it can be told after a time-out whether the
 * document is there. Base data is given by number and wrapped (`{"FNumber": …}`).
 */
import type { Api, Field, Probe } from "@datong/core";
import { SAVE_RESULT } from "./faults.ts";
import { BILL_PROBE, BILL_REMOVAL, SAVE_OPTIONS, SAVE_OUTCOME, SAVE_RESPONSE, SAVE_SHAPE, SAVE_STAGES } from "./saving.ts";

const BY_NUMBER = { name: "ConvertObjectParser", params: "FNumber" };

/** Name and captions; `*` required, `→` base data by number. */
export type SavedField = readonly [field: string, zh: string, en: string, marks?: "*" | "→" | "*→"];

/** Fields of a document, a sub-head or a line. */
export function saved(...fields: readonly SavedField[]): Field[] {
  return fields.map(([field, label, labelEn, marks = ""]) => ({
    field,
    label,
    labelEn,
    type: "string",
    ...(marks.includes("*") ? { required: true } : {}),
    ...(marks.includes("→") ? { parser: BY_NUMBER } : {}),
  }));
}

/** A sub-head, which stands beside the lines: an object. */
export function subHead(field: string, label: string, labelEn: string, children: readonly Field[]): Field {
  const required = children.some((child) => child.required === true);
  return { field, label, labelEn, type: "object", ...(required ? { required } : {}), children };
}

/** The lines of a bill. */
export function lines(field: string, children: readonly Field[]): Field {
  return { field, label: "明细信息", labelEn: "Lines", type: "array", required: true, children };
}

export interface FormSave {
  readonly form: string;
  readonly name: Api["name"];
  readonly request: readonly Field[];
  /** For base data: field of the number, field of the internal id, and how it is asked for; a bill's unless given. */
  readonly key?: string;
  readonly id?: string;
  readonly probe?: Probe;
}

export function formSave({ form, name, request, key = "FBillNo", id = "FID", probe = BILL_PROBE }: FormSave): Api {
  return {
    code: `batchSave:${form}`,
    operation: "batchSave",
    name,
    direction: "write",
    source: "金蝶云星空 WebAPI 批量保存",
    request,
    response: [...SAVE_RESPONSE],
    options: SAVE_OPTIONS.map((option) => (option.field === "FormId" ? { ...option, default: form } : option)),
    shape: SAVE_SHAPE,
    result: SAVE_RESULT,
    write: {
      batchMax: 100,
      key,
      outcome: SAVE_OUTCOME,
      idempotent: false,
      probe,
      stages: SAVE_STAGES,
      update: { idField: id },
      reverse: { api: "unAudit", keeps: true },
      // Base data is used by other documents: it is forbidden or deleted by a person.
      ...(probe === BILL_PROBE ? { removal: BILL_REMOVAL } : {}),
      concurrencyMax: 1,
    },
  };
}
