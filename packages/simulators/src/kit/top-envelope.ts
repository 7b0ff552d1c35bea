/**
 * How TOP and the 奇门 scenes dress an answer: JSON or XML, with or without a wrapper, two names for the same error.
 *
 * A `NumberText` is written as a bare number with all its digits, because the vendors send such numbers and a careless reader rounds them.
 * A success never carries `flag`: the official Java client takes any non-empty flag, even "success", for a failure.
 */
import { NumberText, writeJson } from "./exact-json.ts";
import type { SimReply } from "./simulator.ts";

/** An answer's content: JSON values and NumberText. */
export type TopFields = Readonly<Record<string, unknown>>;

export interface TopFailure {
  readonly kind: "failure";
  readonly code: number;
  readonly message: string;
  readonly subCode?: string;
  readonly subMessage?: string;
}

export type TopAnswer = { readonly kind: "success"; readonly fields: TopFields } | TopFailure;

export interface TopDress {
  /** `qm` is the custom scenes' router, `rest` the classic TOP gateway. */
  readonly style: "qm" | "rest";
  /** As asked for: json, json2, xml or xml2. Anything else is xml, the vendor's default. */
  readonly format: string;
  /** Method without scene prefix; names the wrapper in the classic style. */
  readonly method: string;
  readonly requestId: string;
}

/** The answer as it goes over the wire. HTTP is 200 for failures too. */
export function dressTopAnswer(answer: TopAnswer, dress: TopDress): SimReply {
  const { root, fields } = dress.style === "qm" ? qimenFields(answer, dress) : classicFields(answer, dress);
  if (dress.format === "json2") return { status: 200, headers: JSON_HEADERS, body: writeJson(fields) };
  if (dress.format === "json") return { status: 200, headers: JSON_HEADERS, body: writeJson({ [root]: fields }) };
  return { status: 200, headers: XML_HEADERS, body: `<?xml version="1.0" encoding="utf-8" ?>${writeElement(root, fields)}` };
}

const JSON_HEADERS = { "content-type": "text/javascript;charset=UTF-8" };
const XML_HEADERS = { "content-type": "text/xml;charset=UTF-8" };

function qimenFields(answer: TopAnswer, dress: TopDress): { root: string; fields: TopFields } {
  if (answer.kind === "success") return { root: "response", fields: { ...answer.fields, request_id: dress.requestId } };
  const fields: Record<string, unknown> = { flag: "failure", code: answer.code, message: answer.message };
  if (answer.subCode !== undefined) fields["sub_code"] = answer.subCode;
  if (answer.subMessage !== undefined) fields["sub_message"] = answer.subMessage;
  fields["request_id"] = dress.requestId;
  return { root: "response", fields };
}

function classicFields(answer: TopAnswer, dress: TopDress): { root: string; fields: TopFields } {
  if (answer.kind === "success") {
    return { root: `${dress.method.replaceAll(".", "_")}_response`, fields: { ...answer.fields, request_id: dress.requestId } };
  }
  const fields: Record<string, unknown> = { code: answer.code, msg: answer.message };
  if (answer.subCode !== undefined) fields["sub_code"] = answer.subCode;
  if (answer.subMessage !== undefined) fields["sub_msg"] = answer.subMessage;
  fields["request_id"] = dress.requestId;
  return { root: "error_response", fields };
}

/** Lists become `<items><item>…</item></items>`, the vendor's habit; the inner name is the list's without its s (assumed). */
function writeElement(name: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object" || value instanceof NumberText) return `<${name}>${escapeXml(String(value))}</${name}>`;
  if (Array.isArray(value)) return `<${name}>${value.map((inner) => writeElement(name.replace(/s$/, ""), inner)).join("")}</${name}>`;
  return `<${name}>${Object.entries(value)
    .map(([key, inner]) => writeElement(key, inner))
    .join("")}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
