/** Texts by characters, not by UTF-16 units: `𠮷` is one. Texts without such characters, nearly all, are cut where they are. */

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/;

/** How many characters a text has. */
export function lengthOf(text: string): number {
  if (!PAIRS.test(text)) return text.length;
  let count = 0;
  for (const _letter of text) count++;
  return count;
}

/** Characters from one position (from 0) up to another. */
export function sliceLetters(text: string, from: number, to: number): string {
  const low = Math.max(0, from);
  return PAIRS.test(text) ? Array.from(text).slice(low, Math.max(low, to)).join("") : text.slice(low, Math.max(low, to));
}

/** The characters in the reverse order. */
export function reverseLetters(text: string): string {
  return Array.from(text).reverse().join("");
}

/** How many bytes UTF-8 needs. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes++;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += 3;
  }
  return bytes;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

/** The UTF-8 bytes; half a pair becomes U+FFFD. */
export function utf8Of(text: string): number[] {
  const bytes: number[] = [];
  for (const letter of text) {
    const found = letter.codePointAt(0) as number;
    const code = found >= 0xd800 && found < 0xe000 ? 0xfffd : found;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
