/** What another flow with the same target API can fill in here: only places that are empty, each with what it would become. Pure. */
import type { MappingField } from "../api/answers.ts";
import type { FormEdit, LooseFlow, Path } from "../flow/draft.ts";

export interface Borrowed {
  /** `mapping.items.sku_id`, or the name of a part. */
  readonly place: string;
  readonly now: string;
  readonly becomes: string;
  readonly edits: readonly FormEdit[];
}

export function borrowed(own: LooseFlow, other: LooseFlow): readonly Borrowed[] {
  return [...fields(own.mapping ?? [], other.mapping ?? [], ["mapping"], ""), ...parts(own, other)];
}

function fields(own: readonly MappingField[], other: readonly MappingField[], list: Path, front: string): readonly Borrowed[] {
  return other.flatMap((field): readonly Borrowed[] => {
    const index = own.findIndex((each) => each.field === field.field);
    const place = `mapping.${front}${field.field}`;
    const known = own[index];
    if (known === undefined) {
      const says = [field.value, field.default].some((each) => (each ?? "") !== "") || field.children !== undefined;
      return says ? [{ place, now: "", becomes: textOf(field), edits: [{ kind: "add", path: list, values: [field] }] }] : [];
    }
    const at = [...list, index];
    const inner =
      known.children === undefined || field.children === undefined
        ? []
        : fields(known.children, field.children, [...at, "children"], `${front}${field.field}.`);
    if ((known.value ?? "") !== "" || (field.value ?? "") === "") return inner;
    const more = (["default", "map", "mapDefault", "parser", "table"] as const).flatMap((key): FormEdit[] =>
      known[key] === undefined && field[key] !== undefined ? [{ kind: "set", path: [...at, key], value: field[key] }] : [],
    );
    return [
      { place, now: "", becomes: textOf(field), edits: [{ kind: "set", path: [...at, "value"], value: field.value }, ...more] },
      ...inner,
    ];
  });
}

function textOf({ value, default: preset, children }: MappingField): string {
  const own = (value ?? "") === "" ? (preset ?? "") : (value ?? "");
  return children === undefined ? own : `${own} [${children.map(({ field }) => field).join(", ")}]`;
}

function parts(own: LooseFlow, other: LooseFlow): readonly Borrowed[] {
  const part = (name: string, path: Path, now: unknown, value: unknown): readonly Borrowed[] =>
    isEmpty(now) && !isEmpty(value)
      ? [{ place: name, now: "", becomes: JSON.stringify(value), edits: [{ kind: "set", path, value }] }]
      : [];
  const isSameSource = own.source?.api === other.source?.api;
  return [
    // Steps, conditions and write-backs name the source's fields.
    ...(isSameSource ? part("restructure", ["restructure"], own.restructure, other.restructure) : []),
    ...(isSameSource ? part("condition", ["source", "condition"], own.source?.condition, other.source?.condition) : []),
    ...(isSameSource ? part("orderKey", ["target", "orderKey"], own.target?.orderKey, other.target?.orderKey) : []),
    ...part("options", ["target", "options"], own.target?.options, other.target?.options),
    ...part("retries", ["dispatch", "retries"], own.dispatch?.retries, other.dispatch?.retries),
  ];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}
