/**
 * A JSON tree as an XML document. The tree's only key is the root element.
 *
 * `@name` is an attribute, `#text` the element's text, `#cdata` a CDATA section (a tree in it becomes XML inside the section), `?xml` the
 * declaration (`@encoding` names the charset the request is sent in). A list repeats its element, null gives an empty one. Numbers keep
 * their digits. Names are written as they stand, prefixes included; the declaring `@xmlns:…` is up to the tree. Characters that XML 1.0
 * cannot carry (control characters, lone surrogates) become a blank: one of them must not keep a whole batch from going out.
 * Errors: REQUEST_NOT_XML for a tree without one root or with a name that XML does not allow.
 */
import { DatongError } from "../../error/datong-error.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../value/json.ts";
import { keysOf } from "../../value/key-order.ts";
import { asText } from "./as-text.ts";

export interface XmlText {
  readonly text: string;
  /** The charset that the declaration names. */
  readonly encoding: string;
}

const DECLARATION = "?xml";
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*)?$/u;

export function writeXml(tree: Json): XmlText {
  if (!isObject(tree)) throw notXml("不是对象 / not an object");
  const declared = tree[DECLARATION];
  const encoding = isObject(declared) && typeof declared["@encoding"] === "string" ? declared["@encoding"] : "UTF-8";
  const version = isObject(declared) && typeof declared["@version"] === "string" ? declared["@version"] : "1.0";
  const roots = keysOf(tree).filter((key) => key !== DECLARATION);
  const [root] = roots;
  if (root === undefined || roots.length > 1)
    throw notXml(`应有一个根元素，而不是 ${roots.length} 个 / one root element was expected, not ${roots.length}`);
  const value = tree[root] ?? null;
  if (isArray(value)) throw notXml(`根元素 ${root} 不能是数组 / the root element ${root} cannot be a list`);
  return { text: `<?xml version="${escapeAttribute(version)}" encoding="${escapeAttribute(encoding)}"?>${element(root, value)}`, encoding };
}

function element(name: string, value: Json): string {
  if (!NAME.test(name)) throw notXml(`「${name}」不能作元素名 / "${name}" is no name of an element`);
  if (isArray(value)) return value.map((item) => element(name, item)).join("");
  if (!isObject(value)) {
    const text = escapeText(asText(value));
    return text === "" ? `<${name}/>` : `<${name}>${text}</${name}>`;
  }
  const attributes = keysOf(value).flatMap((key) => (key.startsWith("@") ? [attribute(key.slice(1), value[key] ?? null)] : []));
  const content = contentOf(value);
  const start = `<${name}${attributes.join("")}`;
  return content === "" ? `${start}/>` : `${start}>${content}</${name}>`;
}

/** What lies between an element's tags, in the written order. */
function contentOf(value: JsonObject): string {
  return keysOf(value)
    .filter((key) => !key.startsWith("@"))
    .map((key) => {
      const member = value[key] ?? null;
      if (key === "#text") return escapeText(asText(member));
      return key === "#cdata" ? cdata(member) : element(key, member);
    })
    .join("");
}

/** An object in a CDATA section is a document of its own: old SOAP services take one as text. */
function cdata(value: Json): string {
  const text = carried(isObject(value) ? innerText(value) : asText(value));
  return text === "" ? "" : `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

function innerText(value: JsonObject): string {
  return DECLARATION in value ? writeXml(value).text : contentOf(value);
}

function attribute(name: string, value: Json): string {
  if (!NAME.test(name)) throw notXml(`「${name}」不能作属性名 / "${name}" is no name of an attribute`);
  return ` ${name}="${escapeAttribute(asText(value))}"`;
}

const ESCAPED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** A carriage return that is not escaped would be read as a line feed. */
function escapeText(text: string): string {
  return carried(text).replace(/[&<>\r]/g, (c) => ESCAPED[c] ?? c);
}

function escapeAttribute(text: string): string {
  return carried(text).replace(/[&<>"\r\n\t]/g, (c) => ESCAPED[c] ?? c);
}

/** The text without what XML 1.0 cannot carry. */
function carried(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, " ");
}

function notXml(reason: string): DatongError {
  return new DatongError("REQUEST_NOT_XML", { reason });
}
