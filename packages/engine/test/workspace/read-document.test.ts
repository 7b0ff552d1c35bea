import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionSchema, FlowSchema, type Connection, type Flow } from "@datong/core";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseText, readDocument } from "../../src/workspace/index.ts";

const MINIMAL = `id: a
source: { connection: s, api: q }
mapping:
  - { field: FOrg, value: 100.02 }
target: { connection: t, api: w }
dispatch: { enabled: true }
`;

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-document-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function flow(text: string): Flow {
  const read = parseText<Flow>("a.yaml", text, FlowSchema);
  if (read.kind === "broken") throw new Error(JSON.stringify(read.issues));
  return read.value;
}

function issues(text: string) {
  const read = parseText("a.yaml", text, FlowSchema);
  return read.kind === "broken" ? read.issues : [];
}

describe("scalars", () => {
  test.each(["100.02", "02", "1e3", "0x1F", "007", "2026-01-01", "yes", "true", "null-ish", "12345678901234567890", "1.50"])(
    "a bare %s in a text field keeps its characters",
    (text) => {
      expect(flow(MINIMAL.replace("100.02", text)).mapping[0]?.value).toBe(text);
    },
  );

  test.each(["", "~", "null"])("a bare '%s' is null where null is allowed", (text) => {
    expect(flow(MINIMAL.replace("100.02", text)).mapping[0]?.value).toBeNull();
  });

  test("a quoted null stays a text, and a quoted empty text stays empty", () => {
    expect(flow(MINIMAL.replace("100.02", '"null"')).mapping[0]?.value).toBe("null");
    expect(flow(MINIMAL.replace("100.02", '""')).mapping[0]?.value).toBe("");
  });

  test("numbers and truth values are made where the schema asks for them", () => {
    const read = flow(`${MINIMAL.replace("api: q }", "api: q, pageSize: 50, watermark: { lagS: 1.5 } }")}`);
    expect(read.source.pageSize).toBe(50);
    expect(read.source.watermark?.lagS).toBe(1.5);
    expect(read.dispatch.enabled).toBe(true);
  });

  test("a union of steps takes each step's own types", () => {
    const read = flow(
      `${MINIMAL}restructure:\n  - { kind: cap, lines: items, max: 20 }\n  - { kind: set, fields: [{ field: x, value: 20 }] }\n  - { kind: rename, fields: { a: 1 } }\n`,
    );
    expect(read.restructure).toEqual([
      { kind: "cap", lines: "items", max: 20 },
      { kind: "set", fields: [{ field: "x", value: "20" }] },
      { kind: "rename", fields: { a: "1" } },
    ]);
  });

  test("children of a mapping are read like their parents", () => {
    const read = flow(MINIMAL.replace("value: 100.02", "value: items, children: [{ field: q, value: 01, map: { 1: 02 } }]"));
    expect(read.mapping[0]?.children?.[0]).toEqual({ field: "q", value: "01", map: { "1": "02" } });
  });

  test("a number in quotes is not a number", () => {
    expect(issues(MINIMAL.replace("api: q }", 'api: q, pageSize: "50" }'))).toMatchObject([
      { code: "DOCUMENT_INVALID", path: "/source/pageSize", line: 2 },
    ]);
  });
});

describe("what a flow cannot be without", () => {
  test("a choice that was not made is said by what is missing, in both languages", () => {
    const [empty] = issues(MINIMAL.replace(/target: \{ connection: [^,]+,/, 'target: { connection: "",'));
    expect(empty).toMatchObject({
      code: "DOCUMENT_INVALID",
      path: "/target/connection",
      details: { expected: "还没有选择目标的连接 / no connection is chosen for the target yet" },
    });
    const [none] = issues(MINIMAL.replace(/^target:.*\n/m, ""));
    expect(none).toMatchObject({ path: "/target", details: { expected: expect.stringMatching(/^还没有设置目标/) } });
  });
});

describe("order and names", () => {
  test("keys keep the order they are written in", () => {
    const text = MINIMAL.replace("api: q }", "api: q, params: { z: 1, a: 2, m: 3 } }");
    expect(Object.keys(flow(text).source.params ?? {})).toEqual(["z", "a", "m"]);
  });

  test("a key that is called __proto__ is a key", () => {
    const read = flow(MINIMAL.replace("value: 100.02", "value: x, map: { __proto__: y }"));
    expect(Object.entries(read.mapping[0]?.map ?? {})).toEqual([["__proto__", "y"]]);
    expect(({} as { y?: string }).y).toBeUndefined();
  });

  test("JSON is read as well", () => {
    expect(flow(JSON.stringify(flow(MINIMAL)))).toEqual(flow(MINIMAL));
  });
});

describe("what cannot be read", () => {
  test.each([
    ["a bracket that is not closed", `${MINIMAL}restructure: [`, 7],
    ["a key that is there twice", `id: a\nid: b\n`, 2],
    ["two documents in one file", `${MINIMAL}---\n${MINIMAL}`, 7],
    ["an unknown tag", `id: !secret a\n`, 1],
  ])("%s is named with its line", (_, text, line) => {
    expect(issues(text)).toMatchObject([{ code: "DOCUMENT_UNREADABLE", file: "a.yaml", line }]);
  });

  test("aliases that blow up are stopped", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `l${i}: &l${i} [${
          i === 0
            ? "x"
            : Array(10)
                .fill(`*l${i - 1}`)
                .join(", ")
        }]`,
    );
    expect(issues(levels.join("\n"))).toMatchObject([{ code: "DOCUMENT_UNREADABLE" }]);
  });

  test("an alias of itself is stopped", () => {
    expect(issues("a: &a [*a]\n")).toMatchObject([{ code: "DOCUMENT_UNREADABLE" }]);
  });

  test("an unknown key and a missing one are both told with their lines", () => {
    const found = issues(MINIMAL.replace("id: a\n", "").replace("enabled: true", "enabled: true, Enabled: 1"));
    expect(found.map((issue) => [issue.path, issue.line])).toEqual(
      expect.arrayContaining([
        ["/id", 1],
        ["/dispatch/Enabled", 5],
      ]),
    );
  });

  test("an empty file lacks everything", () => {
    expect(issues("").map((issue) => issue.path)).toContain("/id");
  });
});

describe("files", () => {
  test("a file that an old editor saved as GB18030 is named as such, with the line", async () => {
    const file = join(dir, "gbk.yaml");
    await writeFile(file, iconv.encode(`id: a\nname: 金蝶云星空\nsystem: x\nsettings: {}\n`, "gb18030"));
    const read = await readDocument<Connection>(file, ConnectionSchema);
    expect(read).toMatchObject({ kind: "broken", issues: [{ code: "DOCUMENT_UNREADABLE", line: 2 }] });
    expect(JSON.stringify(read)).toContain("GB18030");
  });

  test("UTF-16 is named as such", async () => {
    const file = join(dir, "utf16.yaml");
    await writeFile(file, Buffer.from("\uFEFFid: a", "utf16le"));
    expect(JSON.stringify(await readDocument(file, ConnectionSchema))).toContain("UTF-16");
  });

  test("a byte order mark is passed over", async () => {
    const file = join(dir, "bom.yaml");
    await writeFile(file, "\uFEFFid: a\nsystem: x\nsettings: {}\n");
    expect(await readDocument(file, ConnectionSchema)).toMatchObject({ kind: "read", value: { id: "a" } });
  });

  test("more than 2 MB are refused unread", async () => {
    const file = join(dir, "large.yaml");
    await writeFile(file, Buffer.alloc(2 * 1024 * 1024 + 1, "#"));
    expect(await readDocument(file, ConnectionSchema)).toMatchObject({ issues: [{ code: "DOCUMENT_TOO_LARGE" }] });
  });

  test("a file that is not there is an issue and no exception", async () => {
    expect(await readDocument(join(dir, "none.yaml"), ConnectionSchema)).toMatchObject({ issues: [{ code: "DOCUMENT_MISSING" }] });
  });
});
