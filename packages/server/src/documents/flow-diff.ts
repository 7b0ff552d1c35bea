/**
 * What differs between two documents of a flow, as people read it: fields of the mapping by their names, whatever their order; parameters and
 * settings by their paths. Values are JSON texts. Pure.
 */
import type { Flow, MappingField } from "@datong/core";

export interface FlowChange {
  readonly area: "mapping" | "writeBack" | "source" | "target" | "restructure" | "schedule" | "other";
  /** `mapping/FBillNo/value`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed" | "moved";
  readonly before: string | null;
  readonly after: string | null;
}

const AREAS: Readonly<Record<string, FlowChange["area"]>> = {
  source: "source",
  target: "target",
  restructure: "restructure",
  dispatch: "schedule",
  reconcile: "other",
};
/** What an import keeps for itself says nothing of what the flow does. */
const LEFT_OUT = new Set(["mapping", "writeBack", "qeasy"]);

export function flowDiff(before: Flow, after: Flow): readonly FlowChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => !LEFT_OUT.has(key)));
  const others = [...keys].flatMap((key) => valueDiff(Reflect.get(before, key), Reflect.get(after, key), key, AREAS[key] ?? "other"));
  const { mapping: backBefore, ...restBefore } = before.writeBack ?? { mapping: [] };
  const { mapping: backAfter, ...restAfter } = after.writeBack ?? { mapping: [] };
  return [
    ...mappingDiff(before.mapping, after.mapping, "mapping", "mapping"),
    ...valueDiff(restBefore, restAfter, "writeBack", "writeBack"),
    ...mappingDiff(backBefore, backAfter, "writeBack/mapping", "writeBack"),
    ...others,
  ];
}

function mappingDiff(
  before: readonly MappingField[],
  after: readonly MappingField[],
  path: string,
  area: FlowChange["area"],
): readonly FlowChange[] {
  const names = (fields: readonly MappingField[]): readonly string[] => fields.map(({ field }) => field);
  const [was, is] = [names(before), names(after)];
  const changes = [...new Set([...is, ...was])].flatMap((name): readonly FlowChange[] => {
    const [one, other] = [before.find(({ field }) => field === name), after.find(({ field }) => field === name)];
    const here = `${path}/${name}`;
    if (one === undefined) return [{ area, path: here, kind: "added", before: null, after: textOf(other) }];
    if (other === undefined) return [{ area, path: here, kind: "removed", before: textOf(one), after: null }];
    const { children: inner = [], ...own } = one;
    const { children: innerAfter = [], ...ownAfter } = other;
    return [...valueDiff(own, ownAfter, here, area), ...mappingDiff(inner, innerAfter, here, area)];
  });
  // Some targets mind the order of the fields.
  const common = (list: readonly string[], of: readonly string[]): string => list.filter((name) => of.includes(name)).join(", ");
  const isMoved = common(was, is) !== common(is, was);
  return isMoved ? [...changes, { area, path, kind: "moved", before: common(was, is), after: common(is, was) }] : changes;
}

function valueDiff(before: unknown, after: unknown, path: string, area: FlowChange["area"]): readonly FlowChange[] {
  if (textOf(before) === textOf(after)) return [];
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      valueDiff(before[key], after[key], `${path}/${key}`, area),
    );
  return [
    {
      area,
      path,
      kind: before === undefined ? "added" : after === undefined ? "removed" : "changed",
      before: textOf(before),
      after: textOf(after),
    },
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
}
