/**
 * Reads a file of raw captured requests: each is a request line, headers, a blank line and a body; a line of dashes, or a line that
 * starts with three dashes, ends it. Bodies are single lines. Names of headers are lower-cased, the request target is left as it is.
 */
import { readFileSync } from "node:fs";

export interface CapturedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOP_HEADERS = new Set(["host", "connection", "content-length", "accept-encoding"]);

/** The requests of one file in `test/captured/`, without the headers that belong to the connection. */
export function readCapture(name: string): readonly CapturedRequest[] {
  const text = readFileSync(new URL(name, import.meta.url), "utf8").replaceAll("\r\n", "\n");
  return text
    .split(/^---.*$/m)
    .map((part) => part.trim())
    .filter((part) => /^(GET|POST) /.test(part))
    .map(parseRequest);
}

/** Sends it to the simulator at `origin` and reads the JSON answer. */
export async function sendCapture(origin: string, request: CapturedRequest): Promise<{ status: number; body: Record<string, unknown> }> {
  const { method, headers, body } = request;
  const answer = await fetch(origin + request.target, { method, headers, ...(body === "" ? {} : { body }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function parseRequest(text: string): CapturedRequest {
  const [head = "", ...rest] = text.split("\n\n");
  const [first = "", ...lines] = head.split("\n");
  const [method = "", target = ""] = first.split(" ");
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()] as const);
  return { method, target, headers: Object.fromEntries(pairs.filter(([key]) => !HOP_HEADERS.has(key))), body: rest.join("\n\n").trim() };
}
