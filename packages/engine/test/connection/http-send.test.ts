/** One call over the line: bytes to text, bounds, and what a failure says about what was sent. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { afterEach, describe, expect, test } from "vitest";
import type { RequestPlan } from "@datong/core";
import { bodyOf, createDispatcher, decodeBody, send, urlOf, type SendResult } from "../../src/connection/http-send.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function ask(
  listener: RequestListener,
  more: { readonly timeoutMs?: number; readonly bodyBytesMax?: number } = {},
): Promise<SendResult> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return sendTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, more);
}

async function sendTo(baseUrl: string, more: { readonly timeoutMs?: number; readonly bodyBytesMax?: number } = {}): Promise<SendResult> {
  const dispatcher = createDispatcher(1, true);
  try {
    return await send(plan({ path: "x" }), {
      baseUrl,
      timeoutMs: more.timeoutMs ?? 5_000,
      bodyBytesMax: more.bodyBytesMax ?? 1_000_000,
      dispatcher,
    });
  } finally {
    await dispatcher.destroy();
  }
}

const plan = (more: Partial<RequestPlan>): RequestPlan => ({
  method: "GET",
  path: "",
  query: [],
  headers: {},
  body: { kind: "none" },
  ...more,
});

describe("the text of a body", () => {
  const text = '{"name":"上海䶮公司"}';
  test.each([
    ["UTF-8, nothing said", Buffer.from(text), ""],
    ["UTF-8, said", Buffer.from(text), "application/json;charset=UTF-8"],
    ["GB18030, nothing said", iconv.encode(text, "gb18030"), "application/json"],
    ["GB18030, called UTF-8", iconv.encode(text, "gb18030"), "application/json; charset=utf-8"],
    ["GB18030, called GB2312", iconv.encode(text, "gb18030"), 'text/html; charset="gb2312"'],
    ["UTF-8, a charset that nobody knows", Buffer.from(text), "application/json; charset=x-none"],
  ])("is read: %s", (_, bytes, contentType) => {
    expect(decodeBody(bytes, contentType)).toBe(text);
  });

  test("begins after a byte order mark", () => {
    expect(JSON.parse(decodeBody(Buffer.from(`\uFEFF${text}`), "application/json"))).toEqual({ name: "上海䶮公司" });
  });

  test.each([
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
  ])("is unpacked: %s", async (encoding, bytes) => {
    const result = await ask((_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bytes));
    expect(result).toMatchObject({ kind: "reply", reply: { text, json: { name: "上海䶮公司" } } });
  });
});

describe("a failure", () => {
  test("before a byte left says that nothing was sent", async () => {
    expect(await sendTo("http://127.0.0.1:1")).toMatchObject({
      kind: "failure",
      code: "HOST_UNREACHABLE",
      nothingSent: true,
      host: "127.0.0.1:1",
    });
    expect(await sendTo("http://host.invalid")).toMatchObject({ kind: "failure", code: "HOST_UNREACHABLE", nothingSent: true });
  });

  test("after the request left says that it may have been taken", async () => {
    expect(await ask((request) => request.socket.destroy())).toMatchObject({ code: "CALL_CUT", nothingSent: false });
    expect(
      await ask((_, response) => void response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy())),
    ).toMatchObject({ code: "CALL_CUT", nothingSent: false });
    expect(await ask(() => undefined, { timeoutMs: 100 })).toMatchObject({ code: "CALL_TIMED_OUT", nothingSent: false });
    expect(await ask((_, response) => void response.writeHead(200).write("{"), { timeoutMs: 100 })).toMatchObject({
      code: "CALL_TIMED_OUT",
      nothingSent: false,
    });
  });

  test("of an answer that is packed wrongly is a failure of the call, not of the program", async () => {
    expect(await ask((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("plain"))).toMatchObject({
      kind: "failure",
    });
  });

  test("ends an answer that is larger than the bound", async () => {
    expect(await ask((_, response) => response.end("x".repeat(2_000)), { bodyBytesMax: 1_000 })).toMatchObject({ code: "REPLY_TOO_LARGE" });
  });

  test("also when the answer is small on the line and large unpacked", async () => {
    const result = await ask(
      (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(5_000_000))),
      { bodyBytesMax: 100_000 },
    );
    expect(result).toMatchObject({ code: "REPLY_TOO_LARGE" });
  });
});

test("a redirect is not followed: it would carry the secrets to another host", async () => {
  const result = await ask((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
  expect(result).toMatchObject({ kind: "reply", reply: { status: 302 } });
});

test("numbers of an answer keep their letters, and a body that is no JSON is kept as text", async () => {
  const exact = await ask((_, response) => response.end('{"id":1234567890123456789,"amount":1234567.10}'));
  expect(exact).toMatchObject({ reply: { json: { id: { text: "1234567890123456789" }, amount: { text: "1234567.10" } } } });
  expect(await ask((_, response) => response.end("<html>"))).toMatchObject({ reply: { text: "<html>", json: undefined } });
});

test("the query keeps its order and is encoded as RFC 3986 has it", () => {
  const url = urlOf(
    plan({
      path: "/a?x=1",
      query: [
        ["b", "张 三&*"],
        ["a", "1+1"],
      ],
    }),
    "http://host/base",
  );
  expect(url.href).toBe("http://host/base/a?x=1&b=%E5%BC%A0%20%E4%B8%89%26%2A&a=1%2B1");
  expect(bodyOf({ kind: "form", pairs: [["q", "a b"]] })).toMatchObject({ bytes: "q=a%20b" });
});
