/**
 * Reads `a=1&b=%E4%B8%BB` as the vendors' servers do: lenient, because real clients send raw spaces and raw Chinese now and then.
 *
 * A plus is a space, a broken percent escape stays as it is, the last of two equal keys wins. Nothing here throws.
 */
import type { SimRequest } from "./simulator.ts";

/** The pairs of a query or of a form body, decoded as UTF-8. */
export function parseForm(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const key = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? "" : pair.slice(at + 1);
    parameters.set(decodePart(key), decodePart(value));
  }
  return parameters;
}

/** Whether the body is a form: declared so, or not declared at all. */
export function hasFormBody(request: SimRequest): boolean {
  const contentType = request.headers["content-type"];
  return contentType === undefined || contentType.toLowerCase().includes("application/x-www-form-urlencoded");
}

/** Decoded at the byte level, so that one broken escape does not spoil its neighbours. */
function decodePart(part: string): string {
  if (!part.includes("%") && !part.includes("+")) return part;
  const source = Buffer.from(part.replaceAll("+", " "), "utf8");
  const target: number[] = [];
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    const escape = byte === 0x25 ? source.toString("latin1", i + 1, i + 3) : "";
    if (/^[0-9a-fA-F]{2}$/.test(escape)) {
      target.push(Number.parseInt(escape, 16));
      i += 2;
    } else target.push(byte);
  }
  return Buffer.from(target).toString("utf8");
}
