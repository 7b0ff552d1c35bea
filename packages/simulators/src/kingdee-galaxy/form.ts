/**
 * What a form (业务对象) is made of: header fields, sub-heads (one line per bill) and entries (many lines), and how to write that down.
 *
 * A field list is text, one field a line: `key name kind options`. Kinds: text, mltext (multi-language), int, decimal, date, bool, enum,
 * lot, flex, or `base:FORM` for base data. Options: `*` required, `=value` default (`=org` is the caller's organisation, `=unit` the base
 * unit of the line's material), `prop:NAME` the property name View uses when it is not the key without its leading F. Keys match whatever their case, as the vendor's templates do.
 */

export type FieldKind = "text" | "mltext" | "int" | "decimal" | "date" | "bool" | "enum" | "base" | "lot" | "flex";

export interface Field {
  readonly key: string;
  readonly name: string;
  readonly kind: FieldKind;
  /** Form that a base-data field points to. */
  readonly ref: string;
  readonly required: boolean;
  readonly defaultText: string | undefined;
  /** Name in the answer of View. */
  readonly property: string;
}

export type Fields = ReadonlyMap<string, Field>;

export interface Entry {
  readonly key: string;
  readonly name: string;
  readonly property: string;
  /** A sub-head: exactly one line per bill. */
  readonly single: boolean;
  readonly fields: Fields;
}

export interface Form {
  readonly id: string;
  readonly name: string;
  readonly bill: boolean;
  readonly masterKey: string;
  readonly numberKey: string;
  /** Start of numbers the server gives when the sender gives none. */
  readonly numberPrefix: string;
  readonly header: Fields;
  readonly entries: readonly Entry[];
}

/** A value as it is kept: decimals and dates as text, base data as inner id (0 is empty), multi-language text by lcid. */
export type Value = string | number | boolean | null | Readonly<Record<string, string>>;

export interface Line {
  readonly entryId: number;
  seq: number;
  readonly values: Record<string, Value>;
}

const KINDS: ReadonlySet<string> = new Set(["text", "mltext", "int", "decimal", "date", "bool", "enum", "base", "lot", "flex"]);

/** Reads a field list; a line that is not one is a defect of this package and throws. */
export function fieldList(...blocks: readonly string[]): Fields {
  const lines = blocks.flatMap((block) => block.split("\n")).map((line) => line.trim());
  return new Map(
    lines
      .filter((line) => line !== "")
      .map((line) => parseField(line))
      .map((field) => [field.key.toLowerCase(), field]),
  );
}

/** Header fields every base data has. */
export const BASE_DATA_FIELDS = `
  FDocumentStatus 数据状态 enum =A
  FForbidStatus 禁用状态 enum =A
  FCreatorId 创建人 base:SEC_User
  FCreateDate 创建日期 date
  FModifierId 修改人 base:SEC_User
  FModifyDate 修改日期 date
  FAuditorId 审核人 base:SEC_User
  FAuditDate 审核日期 date`;

/** Header fields every bill has. */
export const BILL_FIELDS = `
  FDocumentStatus 单据状态 enum =A
  FCancelStatus 作废状态 enum =A
  FCreatorId 创建人 base:SEC_User
  FCreateDate 创建日期 date
  FModifierId 最后修改人 base:SEC_User
  FModifyDate 最后修改日期 date
  FApproverId 审核人 base:SEC_User
  FApproveDate 审核日期 date
  F_PSEH_OID 网店单号 text`;

function parseField(line: string): Field {
  const [key = "", name = "", kindText = "", ...options] = line.split(/\s+/);
  const [kind = "", ref = ""] = kindText.split(":");
  if (!KINDS.has(kind) || !/^[A-Za-z_]\w*$/.test(key)) throw new Error(`not a field line: ${line}`);
  return {
    key,
    name,
    kind: kind as FieldKind,
    ref,
    required: options.includes("*"),
    defaultText: options.find((option) => option.startsWith("="))?.slice(1),
    property: options.find((option) => option.startsWith("prop:"))?.slice(5) ?? key.replace(/^F(?=[A-Z])/, ""),
  };
}
