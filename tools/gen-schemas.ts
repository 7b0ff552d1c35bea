/**
 * Makes `docs/schema/*.json`, by which editors complete and check the documents of a workspace, from the TypeBox schemas of core.
 *
 * JSON Schema draft 7, which editors know best: recursive parts become definitions of the root. A text may be written without
 * quotes in YAML (`100.02`, `true`): the loader takes the characters, so the schema of a flow or connection allows it, too.
 */
import { join } from "node:path";
import { ConnectionSchema, ConnectorSchema, FlowSchema, TemplateSchema, WorkspaceSchema } from "@datong/core";

type Node = { readonly [key: string]: unknown };

const DOCUMENTS: readonly { readonly name: string; readonly schema: unknown; readonly title: string; readonly bareTexts: boolean }[] = [
  { name: "flow", schema: FlowSchema, title: "Datong flow 集成方案", bareTexts: true },
  { name: "connection", schema: ConnectionSchema, title: "Datong connection 连接", bareTexts: true },
  { name: "connector", schema: ConnectorSchema, title: "Datong connector 适配器", bareTexts: false },
  { name: "template", schema: TemplateSchema, title: "Datong template 模板", bareTexts: true },
  { name: "workspace", schema: WorkspaceSchema, title: "Datong workspace 工作区", bareTexts: true },
];

/** Gives each schema's path and text (not laid out). */
export async function generateSchemas(root: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  return DOCUMENTS.map(({ name, schema, title, bareTexts }) => ({
    path: join(root, "docs", "schema", `${name}.json`),
    text: `${JSON.stringify(documentSchema(schema as Node, title, bareTexts), null, 2)}\n`,
  }));
}

/** One schema as a draft 7 document of its own. */
export function documentSchema(schema: Node, title: string, bareTexts: boolean): Node {
  const definitions: Record<string, unknown> = {};
  const body = converted(schema, definitions, bareTexts);
  const hasDefinitions = Object.keys(definitions).length > 0;
  return { $schema: "http://json-schema.org/draft-07/schema#", title, ...(body as Node), ...(hasDefinitions ? { definitions } : {}) };
}

function converted(value: unknown, definitions: Record<string, unknown>, bareTexts: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => converted(item, definitions, bareTexts));
  if (typeof value !== "object" || value === null) return value;
  const node: Node = { ...value };
  for (const [name, definition] of Object.entries((node["$defs"] ?? {}) as Node)) {
    // Set before it is converted: a recursive part meets itself.
    if (!Object.hasOwn(definitions, name)) {
      definitions[name] = {};
      definitions[name] = converted(definition, definitions, bareTexts);
    }
  }
  if (typeof node["$ref"] === "string") return { $ref: `#/definitions/${node["$ref"]}` };
  // A schema's own $id and title are texts; a property of that name is a schema and stays.
  const rest = Object.entries(node).filter(
    ([key, member]) => key !== "$defs" && !((key === "$id" || key === "title") && typeof member === "string"),
  );
  const plain = Object.fromEntries(rest.map(([key, member]) => [key, converted(member, definitions, bareTexts)]));
  const isFreeText = bareTexts && plain["type"] === "string" && plain["const"] === undefined && plain["enum"] === undefined;
  return isFreeText ? { ...plain, type: ["string", "number", "boolean"] } : plain;
}
