import { expect, test } from "vitest";
import { utf8Bytes } from "../src/utf8.ts";
import { packText, unpackText } from "../src/store/stored-text.ts";

const long = (piece: string): string => piece.repeat(Math.ceil(5_000 / piece.length));

test.each([
  ["nothing", ""],
  ["short", "杭州"],
  ["one-byte letters", long("abc é ÿ ")],
  ["wide letters", long("全棉四件套(1.8米)\u0000|")],
  ["one wide letter at the end", `${long("abc")}杭`],
  ["letters of four bytes", long("𠮷野家")],
  ["longer than a piece", "杭州x".repeat(50_000)],
  ["a pair at the end of a piece, and one after it", `${"州".repeat(63_999)}𠮷𠮷${"x".repeat(64_000)}`],
])("%s: the bytes are those that the runtime writes, and read back the same", (_, text) => {
  const bytes = utf8Bytes(text);
  expect(bytes.equals(Buffer.from(text))).toBe(true);
  expect(bytes.toString("utf8")).toBe(text);
  expect(unpackText(packText(text))).toBe(text);
});

test.each([
  ["at the end", `${long("杭州")}\ud842`],
  ["in the middle", `${long("杭州")}\udfb7${long("x")}`],
  ["before another letter", `\ud842${long("杭州")}`],
  ["where a piece ends", `${"州".repeat(63_999)}\ud842${"x".repeat(64_000)}`],
])("halves of surrogate pairs become U+FFFD: %s", (_, text) => {
  expect(utf8Bytes(text).toString("utf8")).toBe(text.toWellFormed());
  expect(utf8Bytes(text).equals(Buffer.from(text))).toBe(true);
});
