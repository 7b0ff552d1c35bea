/**
 * A person's way through the console, against the real server and simulators, no request intercepted: set-up, two connections, a flow from
 * a template and one mapped by hand, preview, publish, run, the bill's story. On the main screens axe finds nothing serious.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { axeFindings, buildConsole, openBrowser, openConsoleLab, shot, type ConsoleLab } from "./console-lab.ts";

let lab: ConsoleLab;
let browser: Browser | null = null;
let reason = "";
let page: Page;
const refused: string[] = [];

beforeAll(async () => {
  const built = buildConsole();
  if (!built.ok) throw new Error(built.output);
  ({ browser, reason } = await openBrowser());
  if (browser === null) return;
  lab = await openConsoleLab(8, ["kingdee-galaxy", "jushuitan"]);
  page = await browser.newPage({ locale: "zh-CN", viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(8_000);
  page.on("pageerror", (error) => refused.push(error.message));
  page.on("console", (line) => {
    // Answers that refuse are told by the browser itself, also where they are expected.
    if (line.type() === "error" && !/status of 4\d\d/.test(line.text())) refused.push(`${line.text()} ${line.location().url}`);
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await lab?.close();
});

afterEach(async ({ task }) => {
  if (browser !== null && task.result?.state === "fail") await shot(page, `failed-${task.name.slice(0, 20)}`);
});

async function connect(find: string, name: string, values: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(`${lab.server.url}/w/main/connections/new`);
  await page.getByLabel(/按名称、拼音/).fill(find);
  await page.getByRole("link", { name }).first().click();
  await page.getByRole("heading", { name: `连接 ${name}` }).waitFor();
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("switch", { name: "允许连接内网地址" }).click();
  await page.getByRole("button", { name: "保存并测试" }).click();
  await page.getByText(/连接成功/).waitFor();
}

/** Chooses by what the option's text has, in the card with that heading. */
async function choose(card: string, label: string, option: string): Promise<void> {
  const field = page
    .locator(".ant-card", { has: page.getByText(card, { exact: true }) })
    .last()
    .getByLabel(label, { exact: true });
  await field.fill(option);
  await page.locator(".ant-select-item-option", { hasText: option }).first().click();
}

/** A value of the mapping, typed and left. */
async function fill(field: string, value: string): Promise<void> {
  const input = page.getByRole("combobox", { name: field, exact: true });
  await input.fill(value);
  await input.press("Tab");
}

test("the first administrator is made by the one-time link, and the empty overview says what to do", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(lab.server.setupLink ?? "");
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再输一次密码").fill("correct horse battery");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "建立并登录" }).click();
  await page.getByText("还没有集成方案").waitFor();
  await shot(page, "overview-empty");
  expect.soft(await axeFindings(page)).toEqual([]);
});

test("two systems are found by pinyin, connected, and told to work; their secrets are not shown again", async ({ skip }) => {
  skip(browser === null, reason);
  const of = (name: string): string => lab.environment[name] ?? "";
  await connect("jindieyunxingk", "金蝶云星空", {
    服务器地址: of("KINGDEE_URL"),
    "数据中心ID（账套）": of("KINGDEE_ACCT_ID"),
    用户名: of("KINGDEE_USERNAME"),
    密码: of("KINGDEE_PASSWORD"),
  });
  await shot(page, "connection-form");
  expect.soft(await axeFindings(page)).toEqual([]);
  await connect("jst", "聚水潭", {
    接口地址: of("JUSHUITAN_URL"),
    "App Key": of("JUSHUITAN_APP_KEY"),
    "App Secret": of("JUSHUITAN_APP_SECRET"),
    access_token: of("JUSHUITAN_ACCESS_TOKEN"),
    refresh_token: of("JUSHUITAN_REFRESH_TOKEN"),
  });
  await page.goto(`${lab.server.url}/w/main/connections/jushuitan`);
  await page.getByPlaceholder("已设置，不填则保留原值").first().waitFor();
  expect(await page.content()).not.toContain(of("JUSHUITAN_APP_SECRET"));
  await page.getByRole("menuitem", { name: "连接" }).click();
  await page.getByRole("link", { name: "金蝶云星空" }).waitFor();
  await shot(page, "connections");
  expect.soft(await axeFindings(page)).toEqual([]);
});

test("a flow from a template is previewed with a real bill, published, enabled and run, with its progress shown", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByRole("button", { name: /用这个模板 金蝶云星空 销售退货单/ }).click();
  await page.getByRole("button", { name: "取一张真实单据预览" }).click();
  await page.getByText("将发送的请求").waitFor();
  await page
    .getByRole("cell", { name: /^XSTH000001\d+XStuiin$/ })
    .first()
    .waitFor();
  await shot(page, "wizard-check");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "发布并启用" }).click();
  await page.getByText("已发布 v2").waitFor();
  await shot(page, "flow-design");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "立即执行" }).click();
  await page.getByText(/执行完成|执行没有完成/).waitFor();
  await shot(page, "flow-run");
  expect.soft(await axeFindings(page)).toEqual([]);
});

test("form and source edit the same draft: comments stay, nothing is lost, every step is undone", async ({ skip }) => {
  skip(browser === null, reason);
  const flow = `${lab.server.url}/w/main/flows/kingdee-return-to-jushuitan-inout`;
  await page.goto(flow);
  await fill("warehouse", "2");
  await page.getByText("未保存").waitFor();
  await page.getByRole("tab", { name: "源码视图" }).click();
  const source = page.getByRole("textbox", { name: "源码视图" });
  await source.waitFor();
  await shot(page, "flow-source");
  expect.soft(await axeFindings(page)).toEqual([]);
  await source.press("Control+Home");
  await source.pressSequentially("# 我的说明\n");
  await page.getByRole("tab", { name: "配置视图" }).click();
  await page.locator('[data-field="FBillNo"]').dragTo(page.getByRole("combobox", { name: "receiver_name" }));
  await page.keyboard.press("Control+s");
  await page.getByText("已保存", { exact: true }).waitFor();
  const answer = await page.evaluate("fetch('/api/v1/workspaces/main/flows/kingdee-return-to-jushuitan-inout').then((r) => r.json())");
  const { text, issues, revision } = answer as { text: string; issues: unknown[]; revision: number };
  expect({ issues, revision }).toEqual({ issues: [], revision: 3 });
  expect(text).toMatch(/^# 我的说明\n/);
  expect(text).toContain('field: warehouse\n    value: "2"');
  expect(text).toContain("{{FBillNo}}");
  expect(text).toContain("# 主仓=1，销退仓=2");
});

test("the overview's numbers lead to lists; a bill is found by its number and tells its story", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/overview`);
  await page.getByRole("link", { name: /全部单据\s*7/ }).waitFor();
  await shot(page, "overview");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("link", { name: /全部单据\s*7/ }).click();
  await page.getByRole("link", { name: "XSTH000001" }).waitFor();
  await shot(page, "records");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByLabel("查单号，两边的都可以").fill("XSTH000001");
  await page.keyboard.press("Enter");
  await page.getByText(/已到达：目标单号 \d+/).waitFor();
  await page.getByText("HTTP 200").last().click();
  await page.getByText("external_id").first().waitFor();
  await shot(page, "story-done");
  expect.soft(await axeFindings(page)).toEqual([]);
});

test("a flow made from scratch: fields dragged; its failing bill says why, is put right in the mapping and retried", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByRole("button", { name: "从空白开始" }).click();
  await page.getByLabel("方案名称").fill("手工建的退货");
  await page.getByLabel("方案标识").fill("by-hand");
  await choose("源", "连接", "金蝶云星空");
  await choose("源", "接口", "SAL_RETURNSTOCK");
  await shot(page, "wizard-source");
  await page.getByRole("button", { name: "下一步" }).click();
  await choose("目标", "连接", "聚水潭");
  await choose("目标", "接口", "otherinout.upload");
  await page.getByRole("button", { name: "合并成带明细的单据" }).click();
  await page.getByRole("button", { name: /补上 \d+ 个必填字段/ }).click();
  for (const [from, to] of [
    ["FBillNo", "external_id"],
    ["items.FMaterialId_FNumber", "sku_id"],
    ["items.FRealQty", "qty"],
  ] as const)
    await page.locator(`[data-field="${from}"]`).dragTo(page.getByRole("combobox", { name: to, exact: true }));
  await page.getByLabel("加字段").fill("warehouse");
  await page.locator(".ant-select-item-option", { hasText: "warehouse" }).first().click();
  await fill("warehouse", "5");
  await shot(page, "wizard-mapping");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "下一步" }).click();
  await page.getByRole("button", { name: "发布并启用" }).click();
  await page.getByText("已发布 v1").waitFor();
  await page.getByRole("button", { name: "立即执行" }).click();
  await page.getByText("看单据").waitFor();
  // The run goes on behind a closed window.
  await page.goto(`${lab.server.url}/w/main/records?flow=by-hand&status=failed`);
  await page.getByRole("link", { name: "XSTH000001" }).click({ timeout: 20_000 });
  await page.getByText(/没有到达：.*仓库类型【5】不存在/).waitFor();
  await shot(page, "story-failed");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("link", { name: "去改映射" }).click();
  await fill("warehouse", "1");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByText("已发布 v2").waitFor();
  await page.goBack();
  // While a run goes on, a retry is refused and says so.
  const ended = "fetch('/api/v1/workspaces/main/flows/by-hand/position').then((r) => r.json()).then((at) => at.lastRun?.endedAt ?? null)";
  await expect.poll(() => page.evaluate(ended), { timeout: 30_000, interval: 300 }).not.toBeNull();
  await page.getByRole("button", { name: "重试" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "重试" }).click();
  await page.getByText(/已到达：目标单号 \d+/).waitFor({ timeout: 20_000 });
  const ledger = lab.simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger() ?? [];
  expect(ledger.filter((entry) => JSON.stringify(entry).includes('"XSTH000001"'))).toHaveLength(1);
}, 60_000);

test("a viewer sees no button that he may not use, and the server refuses him anyway", async ({ skip }) => {
  skip(browser === null, reason);
  const seen = await page.evaluate(`(async () => {
    const ask = (method, path, body) => fetch(path, { method, headers: { "x-requested-with": "datong", "content-type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
    await ask("POST", "/api/v1/people", { name: "kan", password: "only a look at it" });
    return (await ask("PUT", "/api/v1/workspaces/main/members/kan", { role: "viewer" })).status;
  })()`);
  expect(seen).toBe(204);
  const other = await (browser as Browser).newContext({ locale: "zh-CN" });
  const viewer = await other.newPage();
  await viewer.goto(`${lab.server.url}/w/main/flows/by-hand`);
  await viewer.getByLabel("用户名").fill("kan");
  await viewer.getByLabel("密码").fill("only a look at it");
  await viewer.getByRole("button", { name: "登录" }).click();
  await viewer.getByText("已发布 v2").waitFor();
  expect(await viewer.getByRole("button", { name: /发布|保存草稿|立即执行/ }).count()).toBe(0);
  expect(await viewer.getByRole("menuitem", { name: "成员" }).count()).toBe(0);
  expect(
    await viewer.evaluate(
      `fetch("/api/v1/workspaces/main/flows/by-hand/runs", { method: "POST", headers: { "x-requested-with": "datong", "content-type": "application/json" }, body: "{}" }).then((r) => r.status)`,
    ),
  ).toBe(403);
  await other.close();
});

test("queues are paused and resumed", async ({ skip }) => {
  skip(browser === null, reason);
  await page.getByRole("menuitem", { name: "写入队列" }).click();
  await page.getByRole("button", { name: "暂停 写入" }).first().click();
  await page.getByText("写入 已暂停").waitFor();
  await shot(page, "queues");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "恢复 写入" }).click();
  await page.getByText("写入 已暂停").waitFor({ state: "detached" });
});

test("the same in English and dark, and on a phone", async ({ skip }) => {
  skip(browser === null, reason);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  for (const [name, path] of [
    ["overview", "overview"],
    ["flow", "flows/kingdee-return-to-jushuitan-inout"],
    ["records", "records"],
    ["members", "members"],
  ] as const) {
    await page.goto(`${lab.server.url}/w/main/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    await shot(page, `dark-en-${name}`);
    // Only names and the flow's own texts may be Chinese.
    expect.soft(await page.locator("nav").innerText()).not.toMatch(/\p{Script=Han}/u);
  }
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${lab.server.url}/w/main/records?find=10001`);
  await page.getByText(/Arrived: target number \d+/).waitFor();
  await shot(page, "phone-story");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
});

test("nothing on the way failed in the browser", ({ skip }) => {
  skip(browser === null, reason);
  expect(refused).toEqual([]);
});
