/**
 * Masking works on values, wherever and however they are written.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMask } from "../../src/connection/mask.ts";

test("a secret is taken out as it is, percent-encoded, as base64 and inside JSON", () => {
  const secret = 'p@ss/wörd"+1';
  const { text } = createMask([secret]);
  const shown = text(
    `a=${secret} b=${encodeURIComponent(secret)} c=${Buffer.from(secret).toString("base64")} d=${JSON.stringify({ s: secret })}`,
  );
  expect(shown).toBe('a=*** b=*** c=*** d={"s":"***"}');
});

test("of two secrets of which one begins the other, the longer goes whole", () => {
  expect(createMask(["abcd", "abcdefgh"]).text("x abcdefgh y abcd z")).toBe("x *** y *** z");
});

test("values under four letters are left, for masking them would shred the text", () => {
  expect(createMask(["1", "abc", ""]).text("1 abc 11")).toBe("1 abc 11");
});

test("whatever the secret and the text around it, no form of the secret is left", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, maxLength: 20, unit: "grapheme" }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(secret.length >= 4 && !"***".includes(secret));
      const { text } = createMask([secret]);
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
        expect(
          text(`${before}${form}${after}`)
            .split("***")
            .every((piece) => !piece.includes(form)),
        ).toBe(true);
    }),
    { numRuns: 300, seed: 20261101 },
  );
});
