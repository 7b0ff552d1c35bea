/** Fields of both sides as trees: what the source gives after restructuring, and a target field as it is put into the mapping. Pure. */
import type { Api, Field } from "../api/answers.ts";
import type { LooseFlow } from "./draft.ts";

export interface SourceField {
  /** As it is written inside {{ }}. */
  readonly path: string;
  readonly label: string;
  readonly labelEn?: string | undefined;
  readonly type: string;
  readonly children: readonly SourceField[];
}

/** What a field says of itself, Chinese first: private connectors often have nothing else. */
type Captioned = { readonly [Name in "label" | "labelEn" | "description" | "descriptionEn"]?: string | undefined };

export function captionOf({ label = "", labelEn = label }: Captioned, language: string): string {
  return language === "zh" ? label : labelEn;
}

export function helpOf({ description = "", descriptionEn = description }: Captioned, language: string): string {
  return language === "zh" ? description : descriptionEn;
}

export interface FieldOption {
  readonly value: string;
  readonly label: string;
}

/** Fields to choose from: caption and path. */
export function fieldOptions(fields: readonly (Captioned & { readonly path: string })[], language: string): readonly FieldOption[] {
  return fields.map((field) => ({ value: field.path, label: `${captionOf(field, language)} ${field.path}`.trim() }));
}

/** What of a flow makes its fields. */
type Shaping = { readonly [Name in "source" | "restructure"]?: LooseFlow[Name] | undefined };

export function sourceFields(api: Api | undefined, flow: Shaping): readonly SourceField[] {
  const declared = (api?.response ?? []).map((field) => sourceField(field, ""));
  const known = new Set(declared.map(({ path }) => path));
  const extra = Object.keys(flow.source?.columns ?? {})
    .filter((name) => !known.has(name))
    .map((path): SourceField => ({ path, label: "", type: "string", children: [] }));
  let fields: readonly SourceField[] = [...declared, ...extra];
  for (const step of flow.restructure ?? []) {
    if (step.kind !== "group" || step.off === true) continue;
    const { lines, lineFields = fields.map(({ path }) => path) } = step;
    const inside = fields.filter(({ path }) => lineFields.includes(path));
    const below = inside.map((field) => ({ ...field, path: `${lines}.${field.path}` }));
    fields = [...fields.filter(({ path }) => !lineFields.includes(path)), { path: lines, label: "", type: "array", children: below }];
  }
  return fields;
}

function sourceField(field: Field, above: string): SourceField {
  const path = above === "" ? field.field : `${above}.${field.field}`;
  return {
    path,
    label: field.label,
    labelEn: field.labelEn,
    type: field.type ?? "string",
    children: (field.children ?? []).map((child) => sourceField(child, path)),
  };
}

export function flatFields(fields: readonly SourceField[]): readonly SourceField[] {
  return fields.flatMap((field) => [field, ...flatFields(field.children)]);
}

/**
 * A field as it is put into the mapping: with its children that are required, and what the API presets. `lists`: the source's lists; where
 * there is but one, a list takes its lines from it.
 */
export function newMapping(field: Field, lists: readonly string[] = []): Record<string, unknown> {
  const children = (field.children ?? []).filter(({ required }) => required === true);
  return {
    field: field.field,
    label: field.label,
    ...(field.type === undefined || field.type === "string" ? {} : { type: field.type }),
    ...(field.required === true ? { required: true } : {}),
    value: field.children === undefined ? presetOf(field) : lists.length === 1 ? lists[0] : "",
    ...(field.parser === undefined ? {} : { parser: field.parser }),
    ...(field.children === undefined ? {} : { children: children.map((child) => newMapping(child)) }),
  };
}

/** A preset that reads a bill's own fields comes from one user's flow; constants and variables suit all. */
function presetOf({ default: preset = "" }: Field): string {
  return /\{\{(?![A-Z_]+(?:\||\}\}))/.test(preset) ? "" : preset;
}
