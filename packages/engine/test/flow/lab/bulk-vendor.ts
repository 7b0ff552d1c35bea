/**
 * A vendor for volume: it speaks the scriptable vendor's `rows`, `save` and `probe`, makes its rows when they are asked for and keeps of
 * what it takes only the key and the instant. The rows are named by the source parameter `note`, `<name>:<count>`: bills `<name>-1` to
 * `<name>-<count>`; with `<name>:+<n>` every reading gives n new ones.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface BulkVendor {
  readonly url: string;
  /** Answers to `save` take this long. */
  delayMs: number;
  /** When each key was taken first, epoch ms, in the order of taking. */
  readonly taken: ReadonlyMap<string, number>;
  /** Keys that were taken again. */
  readonly doubles: readonly string[];
  readonly stop: () => Promise<void>;
}

interface Asked {
  readonly page?: number | string;
  readonly size?: number | string;
  readonly note?: string;
  readonly documents?: readonly { readonly k: string }[];
  readonly keys?: readonly string[];
}

export async function startBulkVendor(): Promise<BulkVendor> {
  const taken = new Map<string, number>();
  const places = new Map<string, number>();
  const doubles: string[] = [];
  const readings = new Map<string, number>();
  const answers: Readonly<Record<string, (asked: Asked) => string>> = {
    "/rows": (asked) => rows(asked, readings),
    "/save": ({ documents = [] }) => {
      const done = documents.map(({ k }, index) => {
        if (taken.has(k)) doubles.push(k);
        else {
          taken.set(k, Date.now());
          places.set(k, taken.size);
        }
        return { index, id: `9${places.get(k)}`, number: `T${places.get(k)}` };
      });
      return JSON.stringify({ ok: true, done, refused: [] });
    },
    "/probe": ({ keys = [] }) => {
      const known = keys
        .filter((key) => places.has(key))
        .map((k) => ({ k, id: `9${places.get(k)}`, number: `T${places.get(k)}`, stage: "saved" }));
      return JSON.stringify({ ok: true, rows: known });
    },
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asked;
    const text = answers[incoming.url ?? ""]?.(asked) ?? '{"ok":false,"code":"NO_SUCH","text":"没有这个接口"}';
    if (vendor.delayMs > 0 && incoming.url === "/save") await new Promise((resolve) => setTimeout(resolve, vendor.delayMs));
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const vendor: BulkVendor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    taken,
    doubles,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return vendor;
}

function rows({ page, size, note = "" }: Asked, readings: Map<string, number>): string {
  const [name = "", asked = "0"] = note.split(":");
  const [number, length] = [Number(page ?? 1), Number(size ?? 100)];
  const fresh = asked.startsWith("+") ? Number(asked.slice(1)) : undefined;
  const nth = readings.get(name) ?? 0;
  if (fresh !== undefined) readings.set(name, nth + 1);
  // New ones fit on a page, which is short and so ends the reading.
  const from = fresh === undefined ? (number - 1) * length : nth * fresh;
  const to = fresh === undefined ? Math.min(Number(asked), from + length) : from + fresh;
  const texts: string[] = [];
  for (let i = from + 1; i <= to; i += 1) texts.push(`{"id":"${name}-${i}","no":"N-${name}-${i}","name":"单据 ${i}"}`);
  return `{"ok":true,"rows":[${texts.join(",")}]}`;
}
