/** Addresses that may be reached: link-local and metadata never, the company's own network where the connection says so. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { isAddressAllowed } from "../../src/connection/guard-address.ts";
import { createDispatcher, send } from "../../src/connection/http-send.ts";

test.each([
  ["8.8.8.8", true, true],
  ["2606:4700::1111", true, true],
  ["10.1.2.3", false, true],
  ["172.31.0.1", false, true],
  ["172.32.0.1", true, true],
  ["192.168.0.10", false, true],
  ["127.0.0.1", false, true],
  ["100.64.0.1", false, true],
  ["::1", false, true],
  ["fd12::1", false, true],
  ["::ffff:10.0.0.1", false, true],
  ["169.254.169.254", false, false],
  ["::ffff:169.254.169.254", false, false],
  ["100.100.100.200", false, false],
  ["fe80::1", false, false],
  ["fd00:ec2::254", false, false],
  ["0.0.0.0", false, false],
  ["::", false, false],
  ["224.0.0.1", false, false],
  ["168.63.129.16", false, false],
  ["fd20:ce::254", false, false],
  ["fec0::1", false, true],
  ["64:ff9b::a9fe:a9fe", false, false],
  ["64:ff9b::169.254.169.254", false, false],
  ["64:ff9b:1::a9fe:a9fe", false, false],
  ["64:ff9b::a00:1", false, true],
  ["64:ff9b::808:808", true, true],
  ["2002:a9fe:a9fe::1", false, false],
  ["2002:c0a8:101::", false, true],
  ["2002:808:808::1", true, true],
  ["::a9fe:a9fe", false, false],
  ["::ffff:0:a9fe:a9fe", false, false],
  ["2001:0:a9fe:a9fe::1", false, false],
  ["fe80::1%eth0", false, false],
  ["::1%lo", false, true],
  ["::ffff:169.254.169.254%lo", false, false],
])("%s: in public %s, in a private network %s", (address, inPublic, inPrivate) => {
  expect([isAddressAllowed(address, false), isAddressAllowed(address, true)]).toEqual([inPublic, inPrivate]);
});

test.each(["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])(
  "a socket to %s is opened only where private addresses are allowed; nothing is sent else",
  async (host) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "::", resolve));
    const { port } = server.address() as AddressInfo;
    const call = async (allowPrivate: boolean) => {
      const dispatcher = createDispatcher(1, allowPrivate);
      try {
        const plan = { method: "GET", path: "x", query: [], headers: {}, body: { kind: "none" } } as const;
        return await send(plan, { baseUrl: `http://${host}:${port}`, timeoutMs: 5_000, bodyBytesMax: 1_000, dispatcher });
      } finally {
        await dispatcher.destroy();
      }
    };
    try {
      expect(await call(false)).toMatchObject({ kind: "failure", code: "ADDRESS_REFUSED", nothingSent: true });
      expect(asked).toEqual([]);
      expect(await call(true)).toMatchObject({ kind: "reply" });
    } finally {
      server.close();
    }
  },
);
