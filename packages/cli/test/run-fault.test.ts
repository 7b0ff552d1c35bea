import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createContext } from "../src/context.ts";
import { reportFailure } from "../src/failure.ts";
import { main } from "../src/main.ts";
import { EXAMPLES } from "../src/open-flow.ts";
import { memoryTerminal } from "./memory-terminal.ts";

const FLOW = "wangdiantong-warehouse-to-kingdee-stock";
let dir: string;
let server: Server;
let answer: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-fault-"));
  chmodSync(dir, 0o755);
  await cp(EXAMPLES, dir, { recursive: true });
  server = createServer((_, response) => response.writeHead(200, { "content-type": "application/json" }).end(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const names = ["ACCT_ID=1", "USERNAME=1", "PASSWORD=1", "LCID=2052"].map((pair) => `KINGDEE_${pair}`);
  const keys = ["APP_KEY", "APP_SECRET", "TARGET_APP_KEY", "SID"].map((name) => `WANGDIANTONG_QIMEN_${name}=1`);
  await writeFile(join(dir, ".env"), [`WANGDIANTONG_QIMEN_URL=${url}`, "KINGDEE_URL=http://127.0.0.1:9/", ...names, ...keys].join("\n"));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true, force: true });
});

test.each(["zh", "en"])(
  "a wrong secret is told with the connection's file and place, in %s, and with --json too",
  async (lang) => {
    answer = '{"response":{"flag":"failure","code":25,"sub_code":"isv.invalid-signature","message":"Invalid signature"}}';
    const terminal = memoryTerminal({ cwd: dir });
    expect(await main(["run", FLOW, "--json", "--lang", lang], terminal)).toBe(1);
    expect(terminal.errText()).not.toBe("");
    expect(terminal.json()).toMatchObject({ ok: false, flows: [{ id: FLOW, read: 0, written: 0 }] });
    const [place, todo] = lang === "zh" ? ["位置", "怎么办"] : ["Place", "What to do"];
    expect(terminal.errText()).toMatch(/✗ VENDOR_FORBIDDEN /);
    expect(terminal.errText()).toContain(join("connections", "wangdiantong-qimen.yaml"));
    expect(terminal.errText()).toMatch(new RegExp(`${place}.*/settings\\n.*${todo}`));
    expect(terminal.errText()).not.toMatch(/^\s+at /m);
  },
  30_000,
);

test.each(["ENOSPC", "EDQUOT", "53100"])("a disk that fills up while the program runs (%s) is no defect of it", (code) => {
  const terminal = memoryTerminal({ cwd: "/" });
  expect(reportFailure(createContext(terminal, { json: false, lang: "en" }), Object.assign(new Error("no space"), { code }))).toBe(1);
  expect(terminal.errText()).toMatch(/^✗ STORE_DISK_FULL {2}The disk is full.*\n {2}What to do: Free some space/);
  expect(terminal.errText()).not.toMatch(/\{\w+\}/);
});
