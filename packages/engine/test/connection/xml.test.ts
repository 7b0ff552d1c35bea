/** Replies in XML: the same values as JSON would give, nothing parsed, nothing expanded. */
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { writeXml } from "@datong/core";
import { decodeBody, readBody } from "../../src/connection/http-send.ts";
import { declaredEncoding, readXml } from "../../src/connection/xml.ts";

const value = (text: string): unknown => {
  const read = readXml(text);
  if (read.kind === "broken") throw new Error(read.reason);
  return read.value;
};

describe("a document", () => {
  test("keeps every value as its letters: decimals, long ids, blanks, truth words", () => {
    expect(value("<r><q>1.10</q><id>9223372036854775807</id><z>007</z><b> x </b><t>true</t><e/></r>")).toEqual({
      r: { q: "1.10", id: "9223372036854775807", z: "007", b: " x ", t: "true", e: "" },
    });
  });

  test("has attributes by @, text beside them, several of one name as a list in order, prefixes as written", () => {
    const text = `<?xml version="1.0"?><!-- c --><s:E xmlns:s="urn:s"><s:B><r n="1">a</r><r n="2"/><o>x</o><r n="3"><k>v</k></r></s:B></s:E>`;
    expect(value(text)).toEqual({
      "s:E": { "@xmlns:s": "urn:s", "s:B": { r: [{ "@n": "1", "#text": "a" }, { "@n": "2" }, { "@n": "3", k: "v" }], o: "x" } },
    });
  });

  test("joins text and CDATA and reads character references, but none inside CDATA", () => {
    expect(value("<a>1 &lt; 2 &amp;&#20013;&#x6587; <![CDATA[<b>&amp;]]></a>")).toEqual({ a: "1 < 2 &中文 <b>&amp;" });
    expect(value('<a b="&quot;&#10;&apos;"/>')).toEqual({ a: { "@b": "\"\n'" } });
  });

  test("has null where it says nil, and members named like an object's own", () => {
    expect(value('<a><d xsi:nil="true"/><toString>2</toString></a>')).toEqual({
      a: { d: null, toString: "2" },
    });
  });
});

describe("what is refused", () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>`;
  test.each([
    ["entities of its own", bomb],
    ["an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`],
    ["a DOCTYPE inside the root", `<a><!DOCTYPE b [<!ENTITY x 'y'>]>&x;</a>`],
    ["an entity that nobody declared", "<a>&nbsp;</a>"],
    ["a character that is none", "<a>&#xD800;</a>"],
    ["a document that ends early", "<a><b>1</b>"],
    ["a page that is not well formed", "<html><br>x</html>"],
    ["two roots", "<a/><b/>"],
    ["no document", "hello"],
    ["nothing", ""],
    ["endless nesting", "<a>".repeat(5_000) + "</a>".repeat(5_000)],
    ["a reserved name", "<a><__proto__>1</__proto__></a>"],
  ])("%s", (_, text) => {
    expect(readXml(text).kind).toBe("broken");
  });

  test("not the letters of a DOCTYPE in a comment or in CDATA", () => {
    expect(value("<a><!-- <!DOCTYPE --><![CDATA[<!DOCTYPE]]></a>")).toEqual({ a: "<!DOCTYPE" });
  });
});

describe("the bytes of a reply", () => {
  const text = '<?xml version="1.0" encoding="GBK"?><r><n>上海䶮公司</n></r>';
  test.each([
    ["GBK by its declaration", iconv.encode(text, "gb18030"), "text/xml"],
    ["GB2312 by its header", iconv.encode(text, "gb18030"), "text/xml; charset=GB2312"],
    ["UTF-8 by its header, whatever the declaration says", Buffer.from(text), "text/xml; charset=utf-8"],
  ])("%s", (_, bytes, contentType) => {
    expect(decodeBody(bytes, contentType)).toBe(text);
  });

  test("a declaration counts only where it stands", () => {
    expect(declaredEncoding(Buffer.from('\uFEFF<?xml version="1.0" encoding="utf-8"?>'))).toBe("utf-8");
    expect(declaredEncoding(Buffer.from("<a b='<?xml encoding=\"gbk\"?>'/>"))).toBeUndefined();
  });
});

describe("the format of a reply", () => {
  const xml = "<r><a>1</a></r>";
  test.each([
    ["json", xml, "text/xml", undefined],
    ["xml", xml, "text/plain", { r: { a: "1" } }],
    ["xml", '{"error":"gateway"}', "application/json", { error: "gateway" }],
    ["either", xml, "application/soap+xml; charset=utf-8", { r: { a: "1" } }],
    ["either", ` ${xml}`, "", { r: { a: "1" } }],
    ["either", "<html><body/></html>", "text/html", undefined],
    ["either", "<!DOCTYPE html><html></html>", "", undefined],
    ["none", "OK", "text/plain", null],
  ] as const)("%s: %s as %s", (format, text, contentType, expected) => {
    expect(readBody(text, contentType, 200, { format }).json).toEqual(expected);
  });

  test("XML that cannot be read tells why; a refusal is not taken for an empty answer", () => {
    expect(readBody("<r><a>", "text/xml", 200, { format: "xml" })).toMatchObject({
      json: undefined,
      notXml: expect.stringContaining("line"),
    });
    expect(readBody("oops", "text/plain", 500, { format: "none" }).json).toBeUndefined();
  });

  test("a document inside a text is read in its place, and lists are lists", () => {
    const inner = "<rows><row><id>1</id></row></rows>";
    const body = writeXml({ Envelope: { Body: { out: inner } } }).text;
    const reading = { format: "xml", inside: { path: "Envelope.Body.out", format: "xml" }, lists: ["Envelope.Body.out.rows.row"] } as const;
    expect(readBody(body, "", 200, reading).json).toEqual({ Envelope: { Body: { out: { rows: { row: [{ id: "1" }] } } } } });
    const json = readBody('{"data":"[{\\"q\\":1.10}]"}', "", 200, { format: "json", inside: { path: "data", format: "json" } }).json;
    expect(JSON.stringify(json)).toBe('{"data":[{"q":1.10}]}');
  });
});
