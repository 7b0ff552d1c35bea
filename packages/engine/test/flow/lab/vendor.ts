/**
 * A business system at the other end of the line, small and scriptable: it hands out rows by page and time window, takes documents in
 * batches with an answer for each, all or nothing, or in stages, can be asked what it has, and takes documents back.
 *
 * Rows are JSON text, so that a test decides every letter. What was taken is appended to `ledger` and never put together by key: a
 * document that was written twice is there twice. `script` sees every request first and may answer, cut, hold or maim the reply.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asText, isArray, isObject, readJson, writeJson, type Json, type JsonObject } from "@datong/core";

export interface SeenRequest {
  /** From 0, over all operations. */
  readonly index: number;
  /** From 0, among the requests of the same operation. */
  readonly nth: number;
  readonly operation: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly json: JsonObject;
}

/** What a script wants done instead of, or after, the honest work. `maim` turns the reply's honest text into another. */
export type Interference =
  | {
      readonly kind: "reply";
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  | { readonly kind: "cut" }
  | { readonly kind: "cut-after" }
  | { readonly kind: "maim"; readonly headers?: Readonly<Record<string, string>>; readonly maim: (text: string) => string | Buffer };

export interface VendorRow {
  readonly text: string;
  /** When the row changed, epoch ms; compared with the window that a query asks for. */
  readonly atMs?: number;
}

export interface LedgerEntry {
  readonly key: string;
  readonly id: string;
  readonly number: string;
  text: string;
  updates: number;
  reversed: boolean;
  stage: string;
}

export interface Vendor {
  readonly url: string;
  rows: VendorRow[];
  readonly seen: SeenRequest[];
  readonly ledger: LedgerEntry[];
  /** Most requests that were open at once. */
  openMax: number;
  /** Answers take this long. */
  delayMs: number;
  /** Tokens that count as logged in; empty: nobody is asked. */
  readonly tokens: Set<string>;
  script: (request: SeenRequest) => Interference | undefined | Promise<Interference | undefined>;
  /** Text of a refusal for a document, or undefined. */
  refuse: (document: JsonObject) => string | undefined;
  /** Entries that were not taken back. */
  readonly standing: () => readonly LedgerEntry[];
  readonly requests: (operation: string) => readonly SeenRequest[];
  readonly stop: () => Promise<void>;
}

export async function startVendor(): Promise<Vendor> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const vendor: Vendor = {
    url: `http://127.0.0.1:${port}`,
    rows: [],
    seen: [],
    ledger: [],
    openMax: 0,
    delayMs: 0,
    tokens: new Set(),
    script: () => undefined,
    refuse: () => undefined,
    standing: () => vendor.ledger.filter((entry) => !entry.reversed),
    requests: (operation) => vendor.seen.filter((request) => request.operation === operation),
    stop: () => stop(server),
  };
  let open = 0;
  server.on("request", (incoming, response) => {
    open += 1;
    vendor.openMax = Math.max(vendor.openMax, open);
    response.on("close", () => (open -= 1));
    serve(vendor, incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  return vendor;
}

async function serve(vendor: Vendor, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const operation = new URL(incoming.url ?? "/", "http://vendor").pathname.slice(1);
  const parsed = body === "" ? {} : readJson(body);
  const request: SeenRequest = {
    index: vendor.seen.length,
    nth: vendor.requests(operation).length,
    operation,
    url: incoming.url ?? "",
    headers: incoming.headers,
    body,
    json: isObject(parsed) ? parsed : {},
  };
  vendor.seen.push(request);
  if (vendor.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, vendor.delayMs));
  const interference = await vendor.script(request);
  if (interference?.kind === "cut") return void response.destroy();
  if (interference?.kind === "reply") {
    response.writeHead(interference.status ?? 200, { "content-type": "application/json", ...interference.headers });
    return void response.end(interference.body);
  }
  const honest = answer(vendor, request);
  if (interference?.kind === "cut-after") return void response.destroy();
  response.writeHead(200, { "content-type": "application/json", ...interference?.headers });
  response.end(interference === undefined ? honest : interference.maim(honest));
}

function answer(vendor: Vendor, request: SeenRequest): string {
  if (request.operation === "login") {
    const token = `session-token-${vendor.requests("login").length}-${"x".repeat(20)}`;
    vendor.tokens.add(token);
    return writeJson({ ok: true, token });
  }
  if (vendor.tokens.size > 0 && !vendor.tokens.has(String(request.headers["x-token"])))
    return '{"ok":false,"code":"LOST","text":"会话已失效"}';
  switch (request.operation) {
    case "rows":
      return page(vendor, request.json);
    case "detail":
      return `{"ok":true,"row":{"name":"明细 ${asText(request.json["id"] ?? "")}","extra":{"z":1},"7":"last"}}`;
    case "save":
      return saveEach(vendor, request.json);
    case "save-all":
      return saveAll(vendor, request.json);
    case "audit":
      return audit(vendor, request.json);
    case "probe":
      return probe(vendor, request.json);
    case "reverse":
      return reverse(vendor, request.json);
    default:
      return '{"ok":false,"code":"NO_SUCH","text":"没有这个接口"}';
  }
}

function page(vendor: Vendor, asked: JsonObject): string {
  const number = (name: string): number | undefined => (asked[name] === undefined ? undefined : Number(asText(asked[name] ?? "")));
  const [from, to, size, start] = [number("from"), number("to"), number("size") ?? 100, number("page") ?? 1];
  const inWindow = vendor.rows.filter(
    (row) => row.atMs === undefined || ((from === undefined || row.atMs >= from * 1000) && (to === undefined || row.atMs < to * 1000)),
  );
  const rows = inWindow.slice((start - 1) * size, start * size);
  return `{"ok":true,"rows":[${rows.map((row) => row.text).join(",")}]}`;
}

function documentsOf(asked: JsonObject): readonly JsonObject[] {
  const list = asked["documents"];
  return isArray(list) ? list.filter(isObject) : [];
}

function textsOf(value: Json | undefined): readonly string[] {
  return isArray(value) ? value.map(asText) : [];
}

function take(vendor: Vendor, document: JsonObject): LedgerEntry {
  const id = document["id"] === undefined ? undefined : asText(document["id"]);
  const known = id === undefined ? undefined : vendor.ledger.find((entry) => entry.id === id);
  if (known !== undefined) {
    known.text = writeJson(document);
    known.updates += 1;
    return known;
  }
  const place = vendor.ledger.length + 1;
  const entry: LedgerEntry = {
    key: asText(document["k"] ?? ""),
    id: String(9_007_199_254_740_993n + BigInt(place)),
    number: `T${place}`,
    text: writeJson(document),
    updates: 0,
    reversed: false,
    stage: "saved",
  };
  vendor.ledger.push(entry);
  return entry;
}

function saveEach(vendor: Vendor, asked: JsonObject): string {
  const done: Json[] = [];
  const refused: Json[] = [];
  documentsOf(asked).forEach((document, index) => {
    const text = vendor.refuse(document);
    if (text !== undefined) refused.push({ index, code: "NO", text });
    else {
      const { id, number } = take(vendor, document);
      done.push({ index, id, number });
    }
  });
  return writeJson({ ok: true, done, refused });
}

function saveAll(vendor: Vendor, asked: JsonObject): string {
  const documents = documentsOf(asked);
  const text = documents.map((document) => vendor.refuse(document)).find((refusal) => refusal !== undefined);
  if (text !== undefined) return writeJson({ ok: false, code: "NO", text });
  for (const document of documents) take(vendor, document);
  return '{"ok":true}';
}

function audit(vendor: Vendor, asked: JsonObject): string {
  const numbers = textsOf(asked["numbers"]);
  for (const entry of vendor.ledger) if (numbers.includes(entry.number)) entry.stage = "audited";
  return writeJson({ ok: true, done: numbers.map((number, index) => ({ index, number })), refused: [] });
}

function probe(vendor: Vendor, asked: JsonObject): string {
  const keys = textsOf(asked["keys"]);
  const rows = vendor
    .standing()
    .filter((entry) => keys.includes(entry.key))
    .map(({ key, id, number, stage }) => ({ k: key, id, number, stage }));
  return writeJson({ ok: true, rows });
}

function reverse(vendor: Vendor, asked: JsonObject): string {
  const ids = textsOf(asked["ids"]);
  for (const entry of vendor.ledger) if (ids.includes(entry.id)) entry.reversed = true;
  return writeJson({ ok: true, done: ids.map((_, index) => ({ index })), refused: [] });
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
