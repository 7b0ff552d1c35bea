/**
 * The last look at an imported flow: whatever the input held, the result is a document that loads. A part that does not fit the schema is
 * taken out and told as a decision, with what was expected.
 */
import { FlowSchema, parseDocument, type Flow, type Json, type JsonObject, type MappingField } from "@datong/core";
import type { Notes } from "./notes.ts";

const ROUNDS_MAX = 20;
const NEEDED = ["id", "source", "mapping", "target", "dispatch"];

/** `place`: the object that remarks point to. */
export function soundFlow(flow: Flow, notes: Notes, place: object): Flow {
  let made: Record<string, Json> = { ...(flow as unknown as JsonObject) } as Record<string, Json>;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const checked = parseDocument<Flow>(FlowSchema, made);
    if (checked.ok) return made as unknown as Flow;
    for (const { path, expected, expectedZh } of checked.issues) {
      const [head = "", second = ""] = path.split("/").slice(1);
      if (head === "") continue;
      const part = head === "mapping" || !NEEDED.includes(head) ? head : `${head}.${second}`;
      notes.decide(place, undefined, {
        key: head === "mapping" ? `mapping${path.slice("/mapping".length)}` : part,
        zh: `「${path}」不符合格式（${expectedZh}），没有导入`,
        en: `'${path}' does not fit (${expected}) and is not in the flow`,
      });
      made = withoutPart(made, head, second);
    }
  }
  return made as unknown as Flow;
}

function withoutPart(made: Record<string, Json>, head: string, second: string): Record<string, Json> {
  if (head === "mapping") return { ...made, mapping: withoutField(made["mapping"], Number(second)) };
  if (head === "dispatch") return { ...made, dispatch: { enabled: false } };
  if (head === "source" || head === "target") {
    const side = made[head];
    const own = typeof side === "object" && side !== null ? Object.entries(side).filter(([key]) => key !== second) : [];
    const rest = Object.fromEntries(own) as Record<string, Json>;
    return { ...made, [head]: { connection: `undecided-${head}`, api: "undecided", ...rest } };
  }
  return Object.fromEntries(Object.entries(made).filter(([key]) => key !== head));
}

/** The field keeps its name and caption. */
function withoutField(mapping: Json | undefined, index: number): Json {
  if (!Array.isArray(mapping)) return [];
  return (mapping as readonly Json[]).flatMap((each, i): readonly Json[] => {
    if (i !== index) return [each];
    const field = each as unknown as MappingField | null;
    if (typeof field?.field !== "string" || field.field === "") return [];
    return [{ field: field.field, label: typeof field.label === "string" ? field.label : field.field, value: null }];
  });
}
