/** XML bodies: the convention, escapes, exact values. */
import { describe, expect, test } from "vitest";
import { compileShape, DatongError, readJson, renderShape, writeXml, type Json } from "@datong/core";

const body = (tree: Json): string => writeXml(tree).text.slice('<?xml version="1.0" encoding="UTF-8"?>'.length);

describe("a tree as XML", () => {
  test("members are elements, @ attributes, lists repeat their element, null is an empty one", () => {
    const tree = {
      order: { "@xmlns": "urn:o", no: "XS-1", paid: true, note: null, lines: { line: [{ sku: "A" }, { sku: "B" }] }, tags: [] },
    };
    expect(body(tree)).toBe(
      '<order xmlns="urn:o"><no>XS-1</no><paid>true</paid><note/><lines><line><sku>A</sku></line><line><sku>B</sku></line></lines></order>',
    );
  });

  test("numbers keep their digits", () => {
    expect(body({ r: readJson('{"q":1.10,"id":9223372036854775807,"big":1e400}') })).toBe(
      "<r><q>1.10</q><id>9223372036854775807</id><big>1e400</big></r>",
    );
  });

  test("text is escaped where it must be, and what XML cannot carry becomes a blank", () => {
    expect(body({ r: { "@a": '<"&\n>', t: 'a<b>&"c"\r\n', c: "x\u0000\u001Fy\uD800z😀" } })).toBe(
      '<r a="&lt;&quot;&amp;&#10;&gt;"><t>a&lt;b&gt;&amp;"c"&#13;\n</t><c>x  y z😀</c></r>',
    );
  });

  test("CDATA holds text as it is, splits its own end, and takes a tree as text", () => {
    expect(body({ r: { "#cdata": "<a>]]></a>" } })).toBe("<r><![CDATA[<a>]]]]><![CDATA[></a>]]></r>");
    expect(body({ r: { arg: { "@type": "s", "#cdata": { q: { n: "1&2" } } } } })).toBe(
      '<r><arg type="s"><![CDATA[<q><n>1&amp;2</n></q>]]></arg></r>',
    );
  });

  test("the declaration names the charset", () => {
    const { text, encoding } = writeXml({ "?xml": { "@encoding": "GBK" }, r: "中" });
    expect(text).toBe('<?xml version="1.0" encoding="GBK"?><r>中</r>');
    expect(encoding).toBe("GBK");
  });

  test.each([
    ["no root", {}],
    ["two roots", { a: 1, b: 2 }],
    ["a list as root", { a: [1] }],
    ["no object", "text"],
    ["a name with a blank", { a: { "b c": 1 } }],
    ["a name that begins with a digit", { "1a": 1 }],
    ["a name that is markup", { "a><b": 1 }],
    ["an attribute's name that is markup", { a: { '@x="1" y': 1 } }],
  ])("%s is refused", (_, tree) => {
    expect(() => writeXml(tree as Json)).toThrow(DatongError);
  });
});

test("a shape with XML fills its templates, looks into documents, and says what it sends", () => {
  const xml = {
    "s:Envelope": {
      "@xmlns:s": "urn:s",
      "s:Body": { save: { bill: { "...": "{{document}}" }, user: "{{settings.user}}", none: "{{settings.x}}" } },
    },
  };
  const shape = compileShape({ method: "POST", path: "soap", headers: { SOAPAction: "save" }, xml }, "t");
  expect(shape.opensDocuments).toBe(true);
  const row = { settings: { user: "u" }, document: readJson('{"no":"1","qty":2.50}') };
  expect(renderShape(shape, { row, globals: {}, zone: "Asia/Shanghai" })).toMatchObject({
    headers: { SOAPAction: "save" },
    body: {
      kind: "text",
      contentType: "application/xml; charset=UTF-8",
      text: '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="urn:s"><s:Body><save><bill><no>1</no><qty>2.50</qty></bill><user>u</user></save></s:Body></s:Envelope>',
    },
  });
});
