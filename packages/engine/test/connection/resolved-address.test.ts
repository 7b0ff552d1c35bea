/**
 * Names, with a name service of the test's own: what a name stands for is judged when the socket is opened, whatever it is called, and the
 * judged address is the one that is connected to.
 */
import dns, { type LookupAddress } from "node:dns";
import { createServer, type Server } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { guardedSocket } from "../../src/connection/guard-address.ts";
import { createDispatcher, send, type SendResult } from "../../src/connection/http-send.ts";
import { post } from "../../src/connection/post.ts";

/** What each further question is answered; the last answer stays. */
const names = new Map<string, string[][]>();
const questions: string[] = [];
const asked: string[] = [];
const real = dns.lookup;
let server: Server;
let port: number;

beforeAll(async () => {
  const answered = (name: string, _options: unknown, answer: (error: Error | null, addresses: LookupAddress[]) => void): void => {
    const answers = names.get(name) ?? [];
    questions.push(name);
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    const error = addresses.length === 0 ? Object.assign(new Error(`ENOTFOUND ${name}`), { code: "ENOTFOUND" }) : null;
    process.nextTick(() =>
      answer(
        error,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      ),
    );
  };
  server = createServer((request, response) => {
    asked.push(request.headers.host ?? "");
    if (request.url === "/moved") return response.writeHead(302, { location: `http://metadata.example:${port}/` }).end();
    return response.writeHead(200, { "content-type": "application/json", connection: "close" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  // The address to listen at is looked up too.
  dns.lookup = answered as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
});
afterAll(() => {
  dns.lookup = real;
  syncBuiltinESMExports();
  server.close();
});
beforeEach(() => {
  for (const list of [asked, questions]) list.length = 0;
  names.clear();
});

async function call(name: string, allowPrivate: boolean, path = "x"): Promise<SendResult> {
  const dispatcher = createDispatcher(1, allowPrivate);
  try {
    const plan = { method: "GET", path, query: [], headers: {}, body: { kind: "none" } } as const;
    return await send(plan, { baseUrl: `http://${name}:${port}`, timeoutMs: 5_000, bodyBytesMax: 1_000, dispatcher });
  } finally {
    await dispatcher.destroy();
  }
}

const REFUSED = { kind: "failure", code: "ADDRESS_REFUSED", nothingSent: true };

test.each([
  "169.254.169.254",
  "100.100.100.200",
  "::ffff:169.254.169.254",
  "fd00:ec2::254",
  "64:ff9b::a9fe:a9fe",
  "0.0.0.0",
  "fe80::1%eth0",
])("a name that stands for %s is refused, private network or not", async (address) => {
  names.set("erp.example", [[address]]);
  for (const allowPrivate of [false, true]) expect(await call("erp.example", allowPrivate)).toMatchObject(REFUSED);
  expect(questions).toEqual(["erp.example", "erp.example"]);
});

test("a name that stands for this machine is reached only where private addresses are allowed", async () => {
  names.set("erp.example", [["127.0.0.1"]]);
  expect(await call("erp.example", false)).toMatchObject(REFUSED);
  expect(asked).toEqual([]);
  expect(await call("erp.example", true)).toMatchObject({ kind: "reply" });
  expect(asked).toEqual([`erp.example:${port}`]);
});

test("of several addresses only the allowed ones are connected to", async () => {
  names.set("erp.example", [["169.254.169.254", "127.0.0.1", "100.100.100.200"]]);
  expect(await call("erp.example", true)).toMatchObject({ kind: "reply" });
  expect(await call("erp.example", false)).toMatchObject(REFUSED);
});

test("a name that changes its address is judged anew by each socket, and asked once by each", async () => {
  names.set("erp.example", [["127.0.0.1"], ["169.254.169.254"]]);
  expect(await call("erp.example", true)).toMatchObject({ kind: "reply" });
  expect(questions.length).toBe(1);
  expect(await call("erp.example", true)).toMatchObject(REFUSED);
  expect(questions.length).toBe(2);
});

test("a redirect to such a name is an answer like any other, and not followed", async () => {
  names.set("erp.example", [["127.0.0.1"]]);
  expect(await call("erp.example", true, "moved")).toMatchObject({ kind: "reply", reply: { status: 302 } });
  expect(questions).toEqual(["erp.example"]);
});

test("alerts, mail and databases are held to the same", async () => {
  names.set("hook.example", [["169.254.169.254"]]);
  const message = { url: `http://hook.example:${port}/`, headers: {}, body: "{}", allowPrivate: true, timeoutMs: 5_000 };
  await expect(post(message)).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  const failed = await new Promise<unknown>((resolve) => guardedSocket("hook.example", port, true).once("error", resolve));
  expect(failed).toMatchObject({ code: "ADDRESS_REFUSED" });
  expect(asked).toEqual([]);
});
