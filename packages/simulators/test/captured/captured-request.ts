/** Reads the captured requests of public clients and takes them apart, so that a test can send them again, as they were or signed anew. */
import { readFileSync } from "node:fs";
import { parseForm } from "../../src/kit/form-parameters.ts";

export interface CapturedRequest {
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly body: string;
}

export function readCaptured(number: string): CapturedRequest {
  const text = readFileSync(new URL(`./ecommerce/${number}.txt`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
  const request = text.slice(0, text.indexOf("\n--- decoded"));
  const gap = request.indexOf("\n\n");
  const [first = "", ...headers] = request.slice(0, gap).split("\n");
  const [path = "", query = ""] = (first.split(" ")[1] ?? "").split("?");
  const contentType = headers.map((header) => /^content-type: (.*)$/i.exec(header)?.[1]).find((value) => value !== undefined);
  if (contentType === undefined) throw new Error(`capture ${number} has no content type`);
  return { path, query, contentType, body: request.slice(gap + 2).trimEnd() };
}

export function isForm(request: CapturedRequest): boolean {
  return request.contentType.includes("x-www-form-urlencoded");
}

/** Query and form with some values replaced, each left where it was. */
export function withValues(request: CapturedRequest, values: Readonly<Record<string, string>>): CapturedRequest {
  const replace = (text: string): string => encodeForm([...parseForm(text)].map(([key, value]) => [key, values[key] ?? value]));
  return { ...request, query: replace(request.query), body: isForm(request) ? replace(request.body) : request.body };
}

export function parametersOf(request: CapturedRequest): Map<string, string> {
  return new Map([...parseForm(request.query), ...(isForm(request) ? parseForm(request.body) : [])]);
}

export function encodeForm(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
}

/** The answer's text; every vendor here answers HTTP 200, whatever it says. */
export async function sendCaptured(origin: string, request: CapturedRequest): Promise<string> {
  const response = await fetch(`${origin}${request.path}${request.query === "" ? "" : `?${request.query}`}`, {
    method: "POST",
    headers: { "content-type": request.contentType },
    body: request.body,
  });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
  return response.text();
}
