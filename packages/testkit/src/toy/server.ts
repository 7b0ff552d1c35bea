/**
 * The toy connector's other side: an HTTP server that hands out the rows it was given and remembers the keys it was handed.
 * `POST /rows {page, size}` answers `{ok, rows, more}`; `POST /take {documents}` answers `{ok, taken: [{key}]}`.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ToyServer {
  readonly url: string;
  /** What the next read finds. */
  readonly setRows: (rows: readonly object[]) => void;
  /** Keys of the documents taken, in order. */
  readonly taken: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startToyServer(): Promise<ToyServer> {
  let rows: readonly object[] = [];
  const taken: string[] = [];
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify(request.url === "/take" ? take(body) : page(body)));
      },
      () => response.destroy(),
    );
  });
  const page = (body: Readonly<Record<string, unknown>>): unknown => {
    const size = Number(body["size"]);
    const from = (Number(body["page"]) - 1) * size;
    return { ok: true, rows: rows.slice(from, from + size), more: from + size < rows.length };
  };
  const take = (body: Readonly<Record<string, unknown>>): unknown => {
    const keys = (body["documents"] as readonly { readonly key: string }[]).map((document) => document.key);
    taken.push(...keys);
    return { ok: true, taken: keys.map((key) => ({ key })) };
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRows: (next) => void (rows = next),
    taken: () => [...taken],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
}
