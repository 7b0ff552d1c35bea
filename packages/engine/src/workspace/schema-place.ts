/**
 * Where in a TypeBox schema a value of a document stands: which schemas may hold there. A union gives several; one whose literal
 * members (`kind: group`) contradict the document is left out. Used to read YAML scalars as what the schema asks for.
 */
import type { DocumentSchema } from "./read-document.ts";

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly items?: Node;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
}

interface Candidate {
  readonly node: Node;
  readonly defs: Readonly<Record<string, Node>>;
}

/** What a scalar may be at a place. `unknown` stands for a place the schema says nothing of. */
export type ScalarKind = "string" | "number" | "boolean" | "null" | "unknown";

export class SchemaPlace {
  private readonly candidates: readonly Candidate[];

  private constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
  }

  static of(schema: DocumentSchema): SchemaPlace {
    return new SchemaPlace(flattened({ node: schema as Node, defs: {} }));
  }

  /** The place of a member. `texts` are the object's own scalar members, for choosing among the branches of a union. */
  member(key: string, texts: ReadonlyMap<string, string>): SchemaPlace {
    const fitting = this.candidates.filter(({ node }) => fits(node, texts));
    const from = fitting.length > 0 ? fitting : this.candidates;
    return new SchemaPlace(from.flatMap(({ node, defs }) => memberNodes(node, key).flatMap((found) => flattened({ node: found, defs }))));
  }

  element(): SchemaPlace {
    return new SchemaPlace(
      this.candidates.flatMap(({ node, defs }) => (node.items === undefined ? [] : flattened({ node: node.items, defs }))),
    );
  }

  scalarKinds(): ReadonlySet<ScalarKind> {
    const kinds = new Set<ScalarKind>();
    for (const { node } of this.candidates) for (const kind of kindsOf(node)) kinds.add(kind);
    return kinds.size === 0 ? new Set<ScalarKind>(["unknown"]) : kinds;
  }
}

function flattened({ node, defs }: Candidate): readonly Candidate[] {
  const known = node.$defs === undefined ? defs : { ...defs, ...node.$defs };
  if (node.$ref !== undefined) {
    const target = known[node.$ref];
    return target === undefined ? [] : flattened({ node: target, defs: known });
  }
  if (node.anyOf !== undefined) return node.anyOf.flatMap((branch) => flattened({ node: branch, defs: known }));
  return [{ node, defs: known }];
}

function fits(node: Node, texts: ReadonlyMap<string, string>): boolean {
  return Object.entries(node.properties ?? {}).every(([key, member]) => {
    const text = texts.get(key);
    return text === undefined || typeof member.const !== "string" || member.const === text;
  });
}

function memberNodes(node: Node, key: string): readonly Node[] {
  const own = node.properties !== undefined && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
  if (own !== undefined) return [own];
  return Object.entries(node.patternProperties ?? {}).flatMap(([pattern, member]) => (new RegExp(pattern, "u").test(key) ? [member] : []));
}

function kindsOf(node: Node): readonly ScalarKind[] {
  const values = node.const === undefined ? node.enum : [node.const];
  if (values !== undefined) return values.map((value) => scalarKind(value === null ? "null" : typeof value));
  return node.type === undefined ? ["unknown"] : [scalarKind(node.type)];
}

function scalarKind(name: string): ScalarKind {
  switch (name) {
    case "integer":
    case "number":
      return "number";
    case "boolean":
    case "null":
      return name;
    default:
      return "string";
  }
}
