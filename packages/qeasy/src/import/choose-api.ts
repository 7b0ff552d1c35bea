/**
 * The catalogue's API for what a scheme calls: by code, by the vendor's own name, by the form that Kingdee's generic calls are about, by
 * the Chinese name of an article.
 */
import type { Api, Connector } from "@datong/core";
import type { SideName } from "../scheme/scheme.ts";

export interface Wanted {
  readonly code: string | undefined;
  readonly name: string | undefined;
  /** FormId of Kingdee. */
  readonly form: string | undefined;
}

/** The API that fits; undefined when the catalogue has none. */
export function chooseApi(connector: Connector, wanted: Wanted, side: SideName): Api | undefined {
  const apis = connector.apis.filter((api) => api.direction === (side === "source" ? "query" : "write") && !isInner(api));
  const { code, name, form } = wanted;
  const named = name === undefined ? [] : apis.filter((api) => bareName(api.name.zh) === bareName(name));
  if (code === undefined) return named.length === 1 ? named[0] : undefined;
  const fits = apis.filter((api) => same(api.operation, code) || same(api.code, code));
  // Kingdee's newer query gives flat columns; an API that opens each document gives other names.
  const flat = code.startsWith("executeBillQuery") ? fits.filter((api) => api.detail === undefined) : fits;
  if (form !== undefined) {
    const own = flat.find((api) => api.code.toLowerCase().endsWith(`:${form.toLowerCase()}`));
    if (own !== undefined) return own;
    return flat.find((api) => api.code === api.operation && isGeneric(api));
  }
  const both = flat.filter((api) => named.includes(api));
  if (both.length === 1) return both[0];
  return flat.find((api) => same(api.code, code)) ?? (flat.length === 1 ? flat[0] : undefined);
}

/** Takes any form that the FormId names. */
export function isGeneric(api: Api): boolean {
  const field = [...api.request, ...(api.options ?? [])].find((each) => each.field === "FormId");
  return field !== undefined && (field.default ?? "") === "";
}

/** The direction of an API that only one kind of connector has. */
export function directionIn(connectors: readonly Connector[], code: string): SideName | undefined {
  const found = new Set(connectors.flatMap((each) => each.apis.filter((api) => same(api.operation, code)).map((api) => api.direction)));
  if (found.size !== 1) return undefined;
  return found.has("query") ? "source" : "target";
}

/** Systems that have an API of this name. */
export function systemsWith(connectors: readonly Connector[], code: string): readonly string[] {
  return connectors.filter((each) => each.apis.some((api) => same(api.operation, code))).map((each) => each.system);
}

function isInner(api: Api): boolean {
  return /:probe\b|:master-data\b|^probe\b/.test(api.code);
}

/** Vendors' names are written with and without a slash in front, with dots or slashes, in any case. */
function same(a: string, b: string): boolean {
  return bareCode(a) === bareCode(b);
}

function bareCode(code: string): string {
  return code
    .toLowerCase()
    .replace(/[/_]/g, ".")
    .replace(/^\.+|\.+$/g, "")
    .replace(/^open\./, "")
    .replace(/^jushuitan\./, "");
}

function bareName(name: string): string {
  return name.replace(/[\s()（）]/g, "").replace(/(?:接口|新增、编辑|新)$/, "");
}
