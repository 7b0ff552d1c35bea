/**
 * XML replies as the same values that JSON replies are.
 *
 * An element with nothing but text is that text, to the letter: numbers are never parsed, so `1.10` and 19-digit ids stay as they are. An
 * empty element is the empty text, one with `xsi:nil="true"` null. Otherwise it is an object: children by name, `@name` an attribute,
 * `#text` the text beside them; several children of one name are a list. Prefixes stay as written. CDATA and text are one.
 *
 * Safe by refusal: a DOCTYPE is never read, so there are no entities of its own, no external files, no expansion; an entity other than
 * the five of XML and character references makes the document broken, and so does nesting deeper than 100. Never throws.
 */
import { orderedObject, type Json } from "@datong/core";
import { XMLParser, XMLValidator } from "fast-xml-parser";

export type XmlRead = { readonly kind: "read"; readonly value: Json } | { readonly kind: "broken"; readonly reason: string };

const DEPTH_MAX = 100;
/** The declaration is in the first bytes and in ASCII, whatever the charset is. */
const DECLARATION_BYTES = 200;

const PARSER_OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  cdataPropName: "#cdata",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_MAX,
  onDangerousProperty: (name: string): string => name,
} as const;

/** A node as the parser gives it in written order: one member is the element's name, `:@` its attributes. */
type ParsedNode = Readonly<Record<string, unknown>>;

class BrokenXml extends Error {}

export function readXml(text: string): XmlRead {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (hasDoctype(body)) return { kind: "broken", reason: "DOCTYPE" };
  try {
    const flaw = XMLValidator.validate(body);
    if (flaw !== true) return { kind: "broken", reason: `line ${flaw.err.line}: ${flaw.err.msg}` };
    const nodes = new XMLParser(PARSER_OPTIONS).parse(body) as readonly ParsedNode[];
    const roots = nodes.filter((node) => nameOf(node) !== "#text");
    const [root] = roots;
    if (root === undefined || roots.length > 1) return { kind: "broken", reason: `${roots.length} root elements` };
    return { kind: "read", value: { [nameOf(root)]: valueOf(root) } };
  } catch (error) {
    // The parser throws plain errors for what it refuses: reserved names, nesting, tags that do not end.
    return { kind: "broken", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The charset that an XML declaration names; undefined where there is none. */
export function declaredEncoding(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, DECLARATION_BYTES).toString("latin1");
  return /^(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1]?.toLowerCase();
}

/** Outside of comments and CDATA, where the letters mean nothing. */
function hasDoctype(text: string): boolean {
  if (!/<!DOCTYPE/i.test(text)) return false;
  return /<!DOCTYPE/i.test(text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, ""));
}

function nameOf(node: ParsedNode): string {
  return Object.keys(node).find((key) => key !== ":@") ?? "#text";
}

function valueOf(node: ParsedNode): Json {
  const children = node[nameOf(node)] as readonly ParsedNode[];
  const attributes = Object.entries((node[":@"] ?? {}) as Readonly<Record<string, string>>).map(
    ([name, value]) => [name, decoded(value)] as const,
  );
  if (attributes.some(([name, value]) => /^@(.*:)?nil$/.test(name) && value === "true")) return null;
  const elements = children.filter((child) => !isText(child));
  const text = children.filter(isText).map(textOf).join("");
  if (elements.length === 0 && attributes.length === 0) return text;
  const members = new Map<string, Json | Json[]>(attributes);
  const lists = new Map<string, Json[]>();
  for (const child of elements) {
    const name = nameOf(child);
    const value = valueOf(child);
    const list = lists.get(name);
    if (list !== undefined) list.push(value);
    else if (members.has(name)) {
      const started = [members.get(name) as Json, value];
      lists.set(name, started);
      members.set(name, started);
    } else members.set(name, value);
  }
  // Blanks between elements are how the document is laid out.
  const hasText = elements.length === 0 ? text !== "" : text.trim() !== "";
  return orderedObject([...members, ...(hasText ? [["#text", text] as const] : [])]);
}

function isText(node: ParsedNode): boolean {
  const name = nameOf(node);
  return name === "#text" || name === "#cdata";
}

function textOf(node: ParsedNode): string {
  const value = node[nameOf(node)];
  if (nameOf(node) === "#text") return decoded(String(value));
  return (value as readonly ParsedNode[]).map((part) => String(part["#text"] ?? "")).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([^;\s&]{1,32}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) {
      const letter = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (letter === undefined) throw new BrokenXml(`the entity ${whole} is not known`);
      return letter;
    }
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || code === 0) throw new BrokenXml(`${whole} is no character`);
    return String.fromCodePoint(code);
  });
}
