/**
 * Alerts against receivers that enforce what the real ones do: signatures, and DingTalk's twenty messages a minute. The clock of the rules
 * is moved by hand.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
const SECRET = "SEC-of-the-robot";
let lab: ServerLab;
let ask: Ask;
let robots: HttpServer;
let mail: TcpServer;
const taken: { readonly kind: string; readonly text: string; readonly body: string }[] = [];
const refused: string[] = [];
const mails: string[] = [];

/** What a robot answers; a wrong signature and too many messages are refused with HTTP 200, as the services do. */
function answer(url: URL, body: string): object {
  const kind = url.pathname.slice(1);
  const told = JSON.parse(body) as {
    readonly text?: { readonly content: string };
    readonly content?: { readonly text: string };
    readonly timestamp?: string;
    readonly sign?: string;
  };
  const refuse = (errmsg: string): object => {
    refused.push(`${kind}: ${errmsg}`);
    return kind === "feishu" ? { code: 19021, msg: errmsg } : { errcode: 310_000, errmsg };
  };
  if (kind === "dingtalk") {
    const at = url.searchParams.get("timestamp") ?? "";
    const sign = createHmac("sha256", SECRET).update(`${at}\n${SECRET}`).digest("base64");
    if (sign !== url.searchParams.get("sign") || Math.abs(Date.now() - Number(at)) > 3_600_000) return refuse("签名不匹配");
    if (taken.filter((each) => each.kind === kind).length >= 20) return refuse("send too fast, exceed 20 times per minute");
  }
  if (kind === "feishu" && told.sign !== createHmac("sha256", `${told.timestamp}\n${SECRET}`).update("").digest("base64"))
    return refuse("sign match fail");
  taken.push({ kind, text: told.text?.content ?? told.content?.text ?? "", body });
  return kind === "feishu" ? { code: 0 } : { errcode: 0, errmsg: "ok" };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

beforeAll(async () => {
  robots = createServer((request, response) => {
    bodyOf(request)
      .then((body) => response.end(JSON.stringify(answer(new URL(request.url ?? "/", "http://robots"), body))))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => robots.listen(0, "127.0.0.1", resolve));
  // As much of SMTP as a mail needs.
  mail = createTcpServer((socket) => {
    let data = false;
    let text = "";
    socket.write("220 test\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
      if (data) {
        if (!text.endsWith("\r\n.\r\n")) return;
        mails.push(text);
        data = false;
        text = "";
        socket.write("250 queued\r\n");
        return;
      }
      for (const line of text.split("\r\n").filter((each) => each !== "")) {
        if (/^DATA/i.test(line)) data = true;
        socket.write(/^DATA/i.test(line) ? "354 go on\r\n" : /^QUIT/i.test(line) ? "221 bye\r\n" : "250 ok\r\n");
      }
      text = "";
    });
  });
  await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", resolve));
  lab = await openServerLab(1, ["kingdee-galaxy"], { alertsEveryMs: 300 });
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
}, 180_000);
afterAll(async () => {
  await lab.close();
  robots.close();
  mail.close();
});

const robotUrl = (kind: string): string => `http://127.0.0.1:${(robots.address() as AddressInfo).port}/${kind}?access_token=hidden-token`;

test("channels are saved with address and secret sealed, tried, and refused where the secret is wrong", async () => {
  for (const kind of ["dingtalk", "feishu", "wecom"]) {
    const document = { id: kind, kind, url: robotUrl(kind), secret: SECRET, privateNetwork: true };
    expect(await ask("PUT", `${AT}/channels/${kind}`, { revision: 0, document })).toMatchObject({ status: 200 });
    expect((await ask("POST", `${AT}/channels/${kind}/test`)).body).toEqual({ ok: true, problem: null });
  }
  const listed = await ask("GET", `${AT}/channels`);
  expect(listed.body.items).toHaveLength(3);
  expect(listed.text).not.toMatch(/hidden-token|SEC-of-the-robot/);
  const wrong = { id: "dingtalk", kind: "dingtalk", secret: "another", privateNetwork: true };
  await ask("PUT", `${AT}/channels/dingtalk`, { revision: 1, document: wrong });
  expect((await ask("POST", `${AT}/channels/dingtalk/test`)).body.problem).toContain("签名不匹配");
  await ask("PUT", `${AT}/channels/dingtalk`, { revision: 2, document: { ...wrong, secret: SECRET } });
  const internal = { id: "internal", kind: "webhook", url: robotUrl("webhook") };
  await ask("PUT", `${AT}/channels/internal`, { revision: 0, document: internal });
  expect((await ask("POST", `${AT}/channels/internal/test`)).body).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/^不允许连接 127\.0\.0\.1:\d+.*privateNetwork: true.* \/ 127\.0\.0\.1:\d+ may not be called/),
  });
  for (const [kind, url] of [
    ["webhook", "javascript:alert(1)"],
    ["dingtalk", "oapi.dingtalk.com"],
    ["mail", "https://mail.example.com"],
  ]) {
    const refusedOne = await ask("PUT", `${AT}/channels/bad`, { revision: 0, document: { id: "bad", kind, url } });
    expect(refusedOne).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID", details: { path: "body/document/url" } } });
  }
});

test("what a service tells back of a channel's secrets is masked, also where it sends somebody elsewhere", async () => {
  const echoing = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? "/", "http://echo");
    response.writeHead(302, { location: "http://169.254.169.254/" }).end(`no ${pathname} ${searchParams.get("access_token")} ${SECRET}`);
  });
  await new Promise<void>((resolve) => echoing.listen(0, "127.0.0.1", resolve));
  const { port } = echoing.address() as AddressInfo;
  try {
    const url = `http://127.0.0.1:${port}/hook/0123456789-token-in-path?access_token=hidden-token`;
    const document = { id: "echo", kind: "dingtalk", url, secret: SECRET, privateNetwork: true };
    await ask("PUT", `${AT}/channels/echo`, { revision: 0, document });
    expect((await ask("POST", `${AT}/channels/echo/test`)).body).toEqual({ ok: false, problem: "HTTP 302 no /hook/*** *** ***" });
  } finally {
    echoing.close();
  }
  const gone = (await ask("POST", `${AT}/channels/echo/test`)).body.problem;
  expect(gone).toMatch(/连不上 127\.0\.0\.1:\d+：ECONNREFUSED.* \/ Cannot reach/);
});

test("a mail is sent", async () => {
  const { port } = mail.address() as AddressInfo;
  const document = { id: "mail", kind: "mail", url: `smtp://127.0.0.1:${port}`, to: ["ops@example.com"] };
  // Nothing of the address but host, port and log-in reaches the mailer, which would run programs that a query names.
  for (const more of ["/?sendmail=true&path=/bin/sh", "?proxy=http://127.0.0.1:1", "/x", "#y"])
    expect(await ask("PUT", `${AT}/channels/mail`, { revision: 0, document: { ...document, url: document.url + more } })).toMatchObject({
      status: 400,
      body: { details: { path: "body/document/url" } },
    });
  // Inside of the house only where the channel says so.
  expect(await ask("PUT", `${AT}/channels/mail`, { revision: 0, document })).toMatchObject({ status: 200 });
  expect((await ask("POST", `${AT}/channels/mail/test`)).body.ok).toBe(false);
  expect(mails).toEqual([]);
  expect(await ask("PUT", `${AT}/channels/mail`, { revision: 1, document: { ...document, privateNetwork: true } })).toMatchObject({
    status: 200,
  });
  expect((await ask("POST", `${AT}/channels/mail/test`)).body).toEqual({ ok: true, problem: null });
  expect(mails[0]).toContain("ops@example.com");
});

test("a reading that was given up because the flow before it had not succeeded is told as not run", async () => {
  const receive = { connection: "datong", api: "receive", id: ["id"], number: "id" };
  const target = { connection: "datong", api: "collect" };
  const before = { id: "before", source: receive, mapping: [], target, dispatch: { enabled: true } };
  const dispatch = { enabled: true, source: { cron: "* * * * * *" }, precondition: { flow: "before", waitMinutes: 0 } };
  const params = { FormId: "SAL_RETURNSTOCK", StartRow: "{{PAGINATION_START_ROW}}", Limit: "{{PAGINATION_PAGE_SIZE}}" };
  const kingdee = { connection: "kingdee-galaxy", api: "executeBillQuery:SAL_RETURNSTOCK", params };
  const connection = await connectionOf(lab, "kingdee-galaxy");
  expect(await ask("PUT", `${AT}/connections/kingdee-galaxy`, { revision: 0, document: connection })).toMatchObject({ status: 200 });
  const behind = { id: "behind", source: kingdee, mapping: [], target, dispatch };
  for (const document of [before, behind]) {
    expect((await ask("PUT", `${AT}/flows/${document.id}`, { revision: 0, document })).body.issues).toEqual([]);
    await ask("POST", `${AT}/flows/${document.id}/publish`, { revision: 1 });
    await ask("POST", `${AT}/flows/${document.id}/enable`);
  }
  taken.length = 0;
  const rule = { id: "not-run", when: "not-run", minutes: 60, flows: ["behind"], channels: ["feishu"] };
  expect(await ask("PUT", `${AT}/alert-rules/not-run`, { revision: 0, document: rule })).toMatchObject({ status: 200 });
  await expect.poll(() => taken.map(({ text }) => text).join(), { timeout: 30_000, interval: 200 }).toContain("前置方案没有成功");
  await ask("POST", `${AT}/flows/behind/disable`);
  expect((await ask("DELETE", `${AT}/alert-rules/not-run`)).status).toBeLessThan(300);
}, 180_000);

test("a credential that ends soon is told with its owner mentioned; a digest comes once a day", async () => {
  const { body } = await ask("GET", `${AT}/connections/kingdee-galaxy`);
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const document = { ...body.document, credentialEndsOn: day };
  expect(await ask("PUT", `${AT}/connections/kingdee-galaxy`, { revision: body.revision, document })).toMatchObject({ status: 200 });
  taken.length = 0;
  const owners = { mentions: ["13800000000"] };
  const credential = { ...owners, id: "credential", when: "credential", days: 7, flows: ["behind"], channels: ["dingtalk", "wecom"] };
  expect(await ask("PUT", `${AT}/alert-rules/credential`, { revision: 0, document: credential })).toMatchObject({ status: 200 });
  await expect.poll(() => taken.length, { timeout: 30_000, interval: 100 }).toBe(2);
  for (const { text } of taken) expect(text).toContain(`凭据即将到期：behind 连接 kingdee-galaxy 的凭据 ${day} 将到期`);
  const of = (kind: string) => JSON.parse(taken.find((each) => each.kind === kind)?.body ?? "{}") as object;
  expect(of("dingtalk")).toMatchObject({ at: { atMobiles: ["13800000000"] } });
  expect(of("wecom")).toMatchObject({ text: { mentioned_mobile_list: ["13800000000"] } });
  taken.length = 0;
  const digest = { id: "digest", when: "digest", at: "00:00", flows: ["behind"], channels: ["feishu"], mentions: ["ou_owner"] };
  await ask("PUT", `${AT}/alert-rules/digest`, { revision: 0, document: digest });
  await expect.poll(() => taken.length, { timeout: 30_000, interval: 100 }).toBe(1);
  expect(taken[0]?.text).toMatch(/每日汇总\n✓ behind：完成 0，失败 0，排队 0[\s\S]*<at user_id="ou_owner"><\/at>/);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(taken.length).toBe(1);
  expect((await ask("GET", `${AT}/alerts`)).body.items.map((each: { rule: string }) => each.rule)).toEqual(["credential"]);
  for (const id of ["credential", "digest"]) await ask("DELETE", `${AT}/alert-rules/${id}`);
}, 180_000);

test("five hundred failures are one message with cause and three numbers; what is mended is one recovery", async () => {
  const flow = {
    id: "failing",
    source: { connection: "datong", api: "receive", id: ["id"], number: "id" },
    mapping: [
      { field: "id", value: "{{id}}" },
      { field: "amount", value: "_function 1 / {{zero}}" },
    ],
    target: { connection: "datong", api: "push", options: { flow: "kept" } },
    dispatch: { enabled: true },
  };
  const kept = { ...flow, id: "kept", mapping: [], target: { connection: "datong", api: "collect" } };
  for (const document of [kept, flow]) {
    const saved = await ask("PUT", `${AT}/flows/${document.id}`, { revision: 0, document: { ...document, owners: ["13800000001"] } });
    expect(saved.body.issues).toEqual([]);
    await ask("POST", `${AT}/flows/${document.id}/publish`, { revision: 1 });
    await ask("POST", `${AT}/flows/${document.id}/enable`);
  }
  const rule = {
    id: "failures",
    when: "failures",
    count: 5,
    channels: ["dingtalk", "feishu", "wecom"],
    mentions: ["owners", "13800000002"],
  };
  expect(await ask("PUT", `${AT}/alert-rules/failures`, { revision: 0, document: rule })).toMatchObject({ status: 200 });
  taken.length = 0;
  const rows = Array.from({ length: 500 }, (_, n) => ({ id: `B${String(n).padStart(3, "0")}`, zero: 0 }));
  await ask("POST", `${AT}/flows/failing/push`, rows);
  await expect.poll(() => taken.length, { timeout: 60_000, interval: 200 }).toBe(3);
  for (const { text } of taken)
    expect(text).toMatch(/单据失败：failing \d+ 张失败[\s\S]*主要原因：[\s\S]*单号：B\d+、B\d+、B\d+[\s\S]*@13800000001 @13800000002/);
  // Robots speak Chinese; who asks through the API gets both languages.
  for (const { text } of taken) expect(text).toMatch(/主要原因：amount: [^a-z]*\p{Script=Han}/u);
  for (const { text } of taken) expect(text).not.toMatch(/divi/i);
  const [group] = (await ask("GET", `${AT}/flows/failing/failures`)).body.items;
  expect(group).toMatchObject({
    text: expect.stringMatching(/ \/ amount: /),
    advice: { zh: expect.stringMatching(/^amount: .*\p{Script=Han}/u) },
  });
  expect(group.advice.en).not.toMatch(/\p{Script=Han}/u);
  expect((await ask("GET", `${AT}/alerts`)).body.items).toMatchObject([{ rule: "failures", flow: "failing" }]);
  await ask(
    "POST",
    `${AT}/flows/failing/push`,
    rows.map((row) => ({ ...row, zero: 1 })),
  );
  await expect.poll(() => taken.length, { timeout: 60_000, interval: 200 }).toBe(6);
  for (const { text } of taken.slice(3)) expect(text).toContain("✓ 已恢复：failing 单据失败");
  expect(refused.filter((each) => !each.includes("签名"))).toEqual([]);
}, 300_000);
