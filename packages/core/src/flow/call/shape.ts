/**
 * Request shapes made ready: a tree of texts in the value language becomes a function from a scope to a RequestPlan.
 *
 * A lone `{{x}}` gives the value itself (an object, a list, an exact number), text around it gives text, a missing lone value leaves
 * its member out. The key `...` spreads an object into its parent, in place. Form and query values become text: objects as JSON.
 * With the global PAGINATION_LINK set, its address takes the place of path and query: the reply itself said where to go on.
 */
import { DatongError } from "../../error/datong-error.ts";
import { compileValue, evaluateValue, referencesOf, type CompiledValue, type Globals } from "../transform/index.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../value/json.ts";
import { orderedObject, keysOf } from "../../value/key-order.ts";
import { writeJson } from "../../value/json-write.ts";
import type { RequestShape } from "../../connector/api.ts";
import type { Pair, RequestPlan } from "../../connector/request-plan.ts";
import { asText } from "./as-text.ts";
import { writeXml } from "./write-xml.ts";

export { asText };

export interface ShapeScope {
  readonly row: JsonObject;
  readonly globals: Globals;
  readonly zone: string;
}

type Tree =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "value"; readonly compiled: CompiledValue }
  | { readonly kind: "list"; readonly items: readonly Tree[] }
  | { readonly kind: "object"; readonly members: readonly { readonly key: string; readonly tree: Tree }[] };

/** A name that a template reads, and the place of that template. */
export interface ShapeReference {
  readonly path: string;
  readonly isGlobal: boolean;
  readonly at: string;
}

export interface CompiledShape {
  readonly method: string;
  readonly path: Tree;
  readonly query: Tree | undefined;
  readonly headers: readonly { readonly name: string; readonly tree: Tree }[];
  readonly json: Tree | undefined;
  readonly form: Tree | undefined;
  readonly text: { readonly tree: Tree; readonly contentType: string } | undefined;
  readonly xml: Tree | undefined;
  /** Every name that the shape reads, globals included, with the place where it stands. */
  readonly references: readonly ShapeReference[];
  /** True when a template looks inside a document (`{{document.id}}`); else documents may be passed on as text. */
  readonly opensDocuments: boolean;
}

/** Throws the value language's errors, with the place in the shape as field path. */
export function compileShape(shape: RequestShape, where: string): CompiledShape {
  const at = (part: string): string => `${where}/shape/${part}`;
  const parts = {
    method: shape.method,
    path: compileTree(shape.path, at("path")),
    query: shape.query === undefined ? undefined : compileTree(shape.query as Json, at("query")),
    headers: Object.entries(shape.headers ?? {}).map(([name, text]) => ({ name, tree: compileTree(text, at(`headers/${name}`)) })),
    json: shape.json === undefined ? undefined : compileTree(shape.json as Json, at("json")),
    form: shape.form === undefined ? undefined : compileTree(shape.form as Json, at("form")),
    text: shape.text === undefined ? undefined : { tree: compileTree(shape.text.value, at("text")), contentType: shape.text.contentType },
    xml: shape.xml === undefined ? undefined : compileTree(shape.xml as Json, at("xml")),
  };
  const trees = [
    parts.path,
    parts.query,
    parts.json,
    parts.form,
    parts.text?.tree,
    parts.xml,
    ...parts.headers.map((header) => header.tree),
  ];
  const present = trees.filter((tree) => tree !== undefined);
  return {
    ...parts,
    references: present.flatMap(treeReferences),
    // A document goes into XML element by element.
    opensDocuments: parts.xml !== undefined || present.some(looksInside),
  };
}

/** Every name that a tree of templates reads. */
export function treeReferences(tree: Tree): readonly ShapeReference[] {
  switch (tree.kind) {
    case "literal":
      return [];
    case "value":
      return tree.compiled.references.map(({ path, isGlobal }) => ({ path, isGlobal, at: tree.compiled.fieldPath }));
    case "list":
      return tree.items.flatMap(treeReferences);
    case "object":
      return tree.members.flatMap((member) => treeReferences(member.tree));
  }
}

/** Anything behind the name of the document or the list of documents. */
function looksInside(tree: Tree): boolean {
  switch (tree.kind) {
    case "literal":
      return false;
    case "value":
      return referencesOf(tree.compiled).some((path) => /^documents?[.[]/.test(path));
    case "list":
      return tree.items.some(looksInside);
    case "object":
      return tree.members.some((member) => looksInside(member.tree) || (member.key === "..." && namesDocument(member.tree)));
  }
}

/** A document that is spread into its parent is looked into as well. */
function namesDocument(tree: Tree): boolean {
  return tree.kind === "value" && referencesOf(tree.compiled).some((path) => /^documents?$/.test(path));
}

/** Fills a compiled shape. Throws REQUEST_NOT_PAIRS, REQUEST_NOT_XML where a query, a form or an XML body is not what it must be. */
export function renderShape(shape: CompiledShape, scope: ShapeScope): RequestPlan {
  const headers: Record<string, string> = {};
  for (const header of shape.headers) headers[header.name] = asText(renderTree(header.tree, scope) ?? "");
  const link = scope.globals["PAGINATION_LINK"];
  const address =
    typeof link === "string"
      ? addressOf(link)
      : {
          path: asText(renderTree(shape.path, scope) ?? ""),
          query: shape.query === undefined ? [] : asPairs(renderTree(shape.query, scope), "query"),
        };
  return { method: shape.method, ...address, headers, body: renderBody(shape, scope) };
}

/** An absolute address in two parts, so that a signature covers its parameters like any others. */
function addressOf(link: string): Pick<RequestPlan, "path" | "query"> {
  const whole = link.replace(/#.*$/s, "");
  const mark = whole.indexOf("?");
  if (mark < 0) return { path: whole, query: [] };
  const query = whole
    .slice(mark + 1)
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): Pair => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [decoded(pair), ""] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
    });
  return { path: whole.slice(0, mark), query };
}

/** What is no percent-encoding stays as it is: it will be encoded anew when it is sent. */
function decoded(text: string): string {
  const blanks = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(blanks);
  } catch (error) {
    if (error instanceof URIError) return blanks;
    throw error;
  }
}

function renderBody(shape: CompiledShape, scope: ShapeScope): RequestPlan["body"] {
  if (shape.json !== undefined) return { kind: "json", text: writeJson(renderTree(shape.json, scope) ?? null) };
  if (shape.form !== undefined) return { kind: "form", pairs: asPairs(renderTree(shape.form, scope), "form") };
  if (shape.xml !== undefined) {
    const { text, encoding } = writeXml(renderTree(shape.xml, scope) ?? null);
    return { kind: "text", text, contentType: `application/xml; charset=${encoding}` };
  }
  if (shape.text !== undefined)
    return { kind: "text", text: asText(renderTree(shape.text.tree, scope) ?? ""), contentType: shape.text.contentType };
  return { kind: "none" };
}

/** Compiles any JSON tree whose texts are in the value language. */
export function compileTree(value: Json, fieldPath: string): Tree {
  if (typeof value === "string") {
    return value.includes("{") || value.startsWith("_")
      ? { kind: "value", compiled: compileValue(value, { fieldPath }) }
      : { kind: "literal", value };
  }
  if (isArray(value)) return { kind: "list", items: value.map((item, i) => compileTree(item, `${fieldPath}/${i}`)) };
  if (isObject(value)) {
    return { kind: "object", members: keysOf(value).map((key) => ({ key, tree: compileTree(value[key] ?? null, `${fieldPath}/${key}`) })) };
  }
  return { kind: "literal", value };
}

/** The tree's value; undefined where a lone placeholder is missing. */
export function renderTree(tree: Tree, scope: ShapeScope): Json | undefined {
  switch (tree.kind) {
    case "literal":
      return tree.value;
    case "value":
      return evaluateValue(tree.compiled, scope);
    case "list":
      return tree.items.flatMap((item) => {
        const value = renderTree(item, scope);
        return value === undefined ? [] : [value];
      });
    case "object":
      return orderedObject(tree.members.flatMap((member) => renderMember(member, scope)));
  }
}

function renderMember(member: { readonly key: string; readonly tree: Tree }, scope: ShapeScope): readonly [string, Json][] {
  const value = renderTree(member.tree, scope);
  if (value === undefined) return [];
  if (member.key !== "...") return [[member.key, value]];
  return isObject(value) ? keysOf(value).map((key): [string, Json] => [key, value[key] ?? null]) : [];
}

function asPairs(value: Json | undefined, part: string): readonly Pair[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new DatongError("REQUEST_NOT_PAIRS", { part });
  return keysOf(value).flatMap((key): readonly Pair[] => {
    const member = value[key];
    return member === undefined || member === null ? [] : [[key, asText(member)]];
  });
}
