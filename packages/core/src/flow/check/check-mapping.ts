/** A mapping against the target's fields and the names the rows are known to have. Each field is compiled alone, so all errors show. */
import type { Field, FieldType } from "../../schema/field.ts";
import { didYouMean, nearestName } from "../../value/index.ts";
import type { MappingField } from "../flow.ts";
import { castValue } from "../transform/cast.ts";
import { DEFAULT_POLICY } from "../transform/lookup.ts";
import { compileMapping } from "../transform/map.ts";
import { compileValue } from "../transform/template-compile.ts";
import type { IssueList } from "./issue.ts";
import { findNames, type Names } from "./known-names.ts";
import { checkReference } from "./check-restructure.ts";

export interface MappingCheck {
  readonly names: Names;
  readonly zone: string;
  readonly list: IssueList;
  /** The target takes fields that it does not declare. */
  readonly anyField?: boolean;
}

/** `inside` are the elements around the fields, the innermost first. */
export function checkMapping(
  check: MappingCheck,
  mapping: readonly MappingField[],
  fields: readonly Field[],
  path = "/mapping",
  front = "",
  inside: readonly Names[] = [],
): void {
  const known = fields.map((field) => field.field);
  const seen = new Set<string>();
  for (const [index, own] of mapping.entries()) {
    const at = `${path}/${index}`;
    const field = fields.find((each) => each.field === own.field);
    if (seen.has(own.field)) check.list.add("MAPPING_FIELD_TWICE", `${at}/field`, { field: front + own.field });
    seen.add(own.field);
    // A field the connector does not know is a custom one when it says itself what it is.
    if (field === undefined && own.label === undefined && check.anyField !== true) {
      const suggestion = nearestName(own.field, known);
      check.list.add("MAPPING_FIELD_UNKNOWN", `${at}/field`, {
        field: front + own.field,
        known: known.join(", "),
        ...didYouMean(suggestion),
      });
    }
    checkField(check, own, field, at, front, inside);
  }
  for (const field of fields) {
    if (field.required !== true || seen.has(field.field)) continue;
    check.list.add("TARGET_FIELD_UNMAPPED", path, { field: front + field.field, label: field.label });
  }
}

function checkField(
  check: MappingCheck,
  own: MappingField,
  field: Field | undefined,
  at: string,
  front: string,
  inside: readonly Names[],
): void {
  const { list, names } = check;
  const fieldPath = front + own.field;
  const parser = own.parser ?? field?.parser;
  const type = own.type ?? field?.type;
  const children = own.children ?? [];
  if (isStructured(own.type) !== isStructured(field?.type) && own.type !== undefined && field !== undefined && parser === undefined) {
    list.add("FIELD_TYPE_UNFIT", `${at}/type`, { field: fieldPath, type: field.type ?? "string", found: own.type });
  }
  const hasValue = (own.value ?? "") !== "" || (own.default ?? "") !== "" || children.length > 0;
  if ((own.required ?? field?.required) === true && !hasValue) {
    list.add("TARGET_FIELD_UNMAPPED", at, { field: fieldPath, label: own.label ?? field?.label ?? own.field });
  }
  const bare: MappingField = {
    ...own,
    ...(type === undefined ? {} : { type }),
    ...(parser === undefined ? {} : { parser }),
    // Children are checked one by one; a stand-in keeps the field a parent.
    ...(children.length === 0 ? {} : { children: [{ field: "x", value: "1" }] }),
  };
  const place = own.value === undefined || own.value === null ? at : `${at}/value`;
  const compiled = list.attempt(place, () => compileMapping([bare]), { fieldPath });
  for (const reference of compiled?.references ?? []) checkReference(names, reference, place, list, inside);
  if (children.length === 0) {
    if (compiled !== undefined) checkValues(check, own, type, parser !== undefined, field, place, fieldPath, inside);
    return;
  }
  const source = compiled?.references[0];
  const element =
    source === undefined ? undefined : [...inside, names].map((each) => findNames(each, source)).find((each) => each !== undefined);
  checkMapping(
    check,
    children,
    field?.children ?? [],
    `${at}/children`,
    `${fieldPath}.`,
    element === undefined ? inside : [element, ...inside],
  );
}

/** Texts that stand in the flow itself can be judged now: their type, the allowed values, a whole list where one value belongs. */
function checkValues(
  check: MappingCheck,
  own: MappingField,
  type: FieldType | undefined,
  hasParser: boolean,
  field: Field | undefined,
  place: string,
  fieldPath: string,
  inside: readonly Names[],
): void {
  const { list, names, zone } = check;
  const texts = [own.value ?? "", own.default ?? "", ...Object.values(own.map ?? {}), own.mapDefault ?? ""];
  for (const [i, text] of texts.entries()) {
    if (text === "" || (i === 0 && own.map !== undefined)) continue;
    const compiled = i >= 2 ? undefined : compileValue(text, { fieldPath, lookups: DEFAULT_POLICY });
    const paging = compiled?.references.find((reference) => reference.isGlobal && reference.path.startsWith("PAGINATION_"));
    if (paging !== undefined) list.add("VALUE_GLOBAL_MISSING", place, { fieldPath, expression: text, position: 1, name: paging.path });
    if (compiled !== undefined && compiled.kind !== "literal") continue;
    if (!hasParser && !isStructured(type)) {
      const cast = castValue(type, text, zone);
      if (!cast.ok) list.add("VALUE_TYPE", place, { fieldPath, type: type ?? "string", value: text, reason: cast.reason });
    }
    if (field?.options !== undefined && !field.options.includes(text)) {
      list.add("VALUE_NOT_ALLOWED", place, { field: fieldPath, value: text, allowed: field.options.join(", ") });
    }
  }
  const lone = /^\{\{([^{}|]+)\}\}$/.exec((own.value ?? "").trim())?.[1]?.trim();
  if (lone === undefined || hasParser || isStructured(type)) return;
  const found = [...inside, names].map((each) => findNames(each, lone)).find((each) => each !== undefined);
  if (found !== undefined && found.kind !== "value" && !(found.open && found.kind === "object")) {
    list.add("FIELD_TYPE_UNFIT", place, { field: fieldPath, type: type ?? "string", found: found.kind === "list" ? "array" : "object" });
  }
}

function isStructured(type: FieldType | undefined): boolean {
  return type === "array" || type === "object";
}
