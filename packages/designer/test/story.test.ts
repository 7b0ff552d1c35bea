/**
 * A person's way through the console, against the real server and simulators, no request intercepted: set-up, two connections, a flow from
 * a template and one mapped by hand, preview, publish, run, the bill's story. On the main screens axe finds nothing serious.
 */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { assetStory } from "./assets-story.ts";
import { askedDeeds, deedOf } from "./asked-deeds.ts";
import { axeFindings, buildConsole, comeToRest, openBrowser, openConsoleLab, optionOf, shot, type ConsoleLab } from "./console-lab.ts";
import { DEEDS, OF_ALL_FLOWS, type Deed, type Role } from "../src/api/deeds.ts";
import { PAGE_DEEDS } from "../src/shell/page-deeds.ts";
import { addressOf, isFor, routesOfConsole, walkAs, walkAsOwner } from "./walk.ts";

// A loaded machine is slow at everything; what does not come at all is told by the last of these.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const WAIT_MS = 60_000;
let lab: ConsoleLab;
let browser: Browser | null = null;
let reason = "";
let page: Page;
const refused: string[] = [];
/** What the console has asked of the server on the way, by the routes' ids. */
const done = new Set<string>();

beforeAll(async () => {
  const built = buildConsole();
  if (!built.ok) throw new Error(built.output);
  ({ browser, reason } = await openBrowser());
  if (browser === null) return;
  lab = await openConsoleLab(8, ["kingdee-galaxy", "jushuitan", "jushuitan-qimen"]);
  page = await browser.newPage({ locale: "zh-CN", viewport: { width: 1280, height: 720 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(WAIT_MS);
  page.on("request", (request) => done.add(deedOf(request.method(), new URL(request.url()).pathname) ?? ""));
  page.on("pageerror", (error) => refused.push(error.message));
  page.on("console", (line) => {
    // Answers that refuse are told by the browser itself, also where they are expected.
    if (line.type() === "error" && !/status of 4\d\d/.test(line.text())) refused.push(`${line.text()} ${line.location().url}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await lab?.close();
});

afterEach(async ({ task }) => {
  if (browser !== null && task.result?.state === "fail") await shot(page, `failed-${task.name.slice(0, 20)}`);
});

/** Clicks and entries of a newcomer beyond his credentials, up to his first bill that has moved. */
let deeds = 0;
const DEEDS_MAX = 12;

async function press(locator: Locator): Promise<void> {
  deeds += 1;
  await locator.click();
}

/** From the list of systems on: found by what is typed, or seen. */
async function connect(find: string, name: string, values: Readonly<Record<string, string>>): Promise<void> {
  if (find !== "") {
    deeds += 1;
    await page.getByLabel(/按名称、拼音/).fill(find);
  }
  await press(page.getByRole("link", { name }).first());
  await page.getByRole("heading", { name: `连接 ${name}` }).waitFor();
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  // An address of one's own network has turned it on.
  await expect.poll(() => page.getByRole("switch", { name: "允许连接内网地址" }).isChecked(), { timeout: WAIT_MS }).toBe(true);
  await press(page.getByRole("button", { name: "保存并测试" }));
  await page.getByText(/连接成功/).waitFor();
}

/** Chooses by what the option's text has, in the card with that heading. */
async function choose(card: string, label: string, option: string): Promise<void> {
  const field = page
    .locator(".ant-card", { has: page.getByText(card, { exact: true }) })
    .last()
    .getByLabel(label, { exact: true });
  await field.fill(option);
  await optionOf(page, option).first().click();
}

/** A value of the mapping, typed and left; found by its name where it is not in view. */
async function fill(field: string, value: string): Promise<void> {
  const input = page.getByRole("combobox", { name: field, exact: true });
  const find = page.getByLabel("查找目标字段");
  await find.fill(field);
  await input.fill(value);
  await input.press("Tab");
  await find.fill("");
}

test("the first administrator is made by the one-time link, and the empty overview says what to do", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(lab.server.setupLink ?? "");
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再输一次密码").fill("correct horse battery");
  expect.soft(await axeFindings(page)).toEqual([]);
  await press(page.getByRole("button", { name: "建立并登录" }));
  await page.getByText("还没有集成方案").waitFor();
  await shot(page, "overview-empty");
  expect.soft(await axeFindings(page)).toEqual([]);
});

test("two systems are found by pinyin, connected, and told to work; their secrets are not shown again", async ({ skip }) => {
  skip(browser === null, reason);
  const of = (name: string): string => lab.environment[name] ?? "";
  await press(page.getByRole("button", { name: "新建连接" }));
  await connect("", "金蝶云星空", {
    服务器地址: of("KINGDEE_URL"),
    "数据中心ID（账套）": of("KINGDEE_ACCT_ID"),
    用户名: of("KINGDEE_USERNAME"),
    密码: of("KINGDEE_PASSWORD"),
  });
  await shot(page, "connection-form");
  expect.soft(await axeFindings(page)).toEqual([]);
  await press(page.getByRole("button", { name: "再连接一个系统" }));
  await connect("jst", "聚水潭", {
    接口地址: of("JUSHUITAN_URL"),
    "App Key": of("JUSHUITAN_APP_KEY"),
    "App Secret": of("JUSHUITAN_APP_SECRET"),
    access_token: of("JUSHUITAN_ACCESS_TOKEN"),
    refresh_token: of("JUSHUITAN_REFRESH_TOKEN"),
  });
  await press(page.getByRole("button", { name: "去建方案" }));
  await page.getByRole("button", { name: "从空白开始" }).waitFor();
  await page.goto(`${lab.server.url}/w/main/connections/jushuitan`);
  await page.getByPlaceholder("已设置，不填则保留原值").first().waitFor();
  expect(await page.content()).not.toContain(of("JUSHUITAN_APP_SECRET"));
  await page.getByText("调用限额").waitFor();
  await shot(page, "connection");
  await page.getByRole("menuitem", { name: "连接" }).click();
  await page.getByRole("link", { name: "金蝶云星空" }).waitFor();
  await shot(page, "connections");
});

test("a flow from a template is previewed with a real bill, published, enabled and run, with its progress shown", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await press(page.getByRole("button", { name: /用这个模板 金蝶云星空 销售退货单/ }));
  await page.getByRole("button", { name: "取一张真实单据预览" }).click();
  await page.getByText("将发送的请求").waitFor();
  await page
    .getByRole("cell", { name: /^XSTH000001\d+XStuiin$/ })
    .first()
    .waitFor();
  await shot(page, "wizard-check");
  expect.soft(await axeFindings(page)).toEqual([]);
  await press(page.getByRole("button", { name: "发布并启用" }));
  await page.getByText("已发布 v1").waitFor();
  await shot(page, "flow-design");
  await press(page.getByRole("button", { name: "立即执行" }));
  await page.getByText(/执行完成|执行没有完成/).waitFor();
  expect(lab.simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger().length).toBeGreaterThan(0);
  expect(deeds).toBeLessThanOrEqual(DEEDS_MAX);
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
  expect({ issues, revision }).toEqual({ issues: [], revision: 2 });
  expect(text).toMatch(/^# 我的说明\n/);
  expect(text).toContain('field: warehouse\n    value: "2"');
  expect(text).toContain("{{FBillNo}}");
  expect(text).toContain("# 主仓=1，销退仓=2");
});

test("the steps of a flow are dragged in, ordered and switched off over real bills, and the form's draft is the same", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/kingdee-return-to-jushuitan-inout?tab=steps`);
  await page.getByRole("button", { name: /取真实单据/ }).click();
  await page.getByRole("button", { name: /看样例：5 张单据/ }).waitFor();
  const ground = page.locator(".is-steps .react-flow__pane");
  await page.getByRole("button", { name: "条件筛选" }).dragTo(ground, { targetPosition: { x: 120, y: 330 } });
  const filter = page.locator('[data-id="s:1"]', { hasText: "条件筛选" });
  await filter.waitFor();
  await page.getByLabel("条件 where", { exact: true }).fill("[[{ field: FBillNo, logic: eq, value: XSTH000001 }]]");
  await page.getByLabel("步骤名 name", { exact: true }).fill("只要第一张");
  await page
    .getByRole("button", { name: /看样例：1 张单据/ })
    .first()
    .waitFor();
  await shot(page, "steps");
  expect.soft(await axeFindings(page)).toEqual([]);
  const at = async (node: string) => (await page.locator(`[data-id="${node}"]`).boundingBox()) ?? { x: 0, y: 0 };
  const [begin, end] = [await at("s:1"), await at("s:0")];
  await page.mouse.move(begin.x + 60, begin.y + 15);
  await page.mouse.down();
  await page.mouse.move(end.x + 50, end.y + 10, { steps: 5 });
  await page.mouse.up();
  await page.locator('[data-id="s:0"]', { hasText: "条件筛选" }).waitFor();
  await page.getByRole("switch", { name: "停用这一步" }).click();
  await page
    .getByRole("button", { name: /看样例：5 张单据/ })
    .first()
    .waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("已保存", { exact: true }).waitFor();
  const answer = await page.evaluate("fetch('/api/v1/workspaces/main/flows/kingdee-return-to-jushuitan-inout').then((r) => r.json())");
  const { text, issues, document } = answer as {
    text: string;
    issues: unknown[];
    document: { restructure: { kind: string; off?: true }[] };
  };
  expect({ issues, steps: document.restructure.map(({ kind, off }) => [kind, off]) }).toEqual({
    issues: [],
    steps: [
      ["filter", true],
      ["group", undefined],
    ],
  });
  expect(text).toMatch(/^# 我的说明\n/);
});

/** The ends of lines of a node on the canvas. */
const handle = (node: string, end: "in" | "out") => page.locator(`[data-id="${node}"] [data-handleid="${end}"]`);

test("on the canvas a line drawn between two systems begins a flow with both; what is moved stays, and is undone", async ({ skip }) => {
  skip(browser === null, reason);
  await page.getByRole("menuitem", { name: "画布" }).click();
  await handle("c:jushuitan", "out").waitFor();
  const flow = page.locator('[data-id="f:kingdee-return-to-jushuitan-inout"]');
  await flow.getByText("启用中").waitFor();
  // Each number leads to what it counts.
  await page.getByRole("link", { name: /kingdee-return-to-jushuitan-inout 完成 7/ }).waitFor();
  await shot(page, "canvas");
  const before = (await flow.boundingBox()) ?? { x: 0, y: 0 };
  await flow.click({ position: { x: 60, y: 12 } });
  await page.getByLabel("在谁结束后触发").waitFor();
  expect.soft(await axeFindings(page)).toEqual([]);
  await flow.press("ArrowDown");
  await flow.press("ArrowDown");
  const kept = "fetch('/api/v1/workspaces/main/canvas').then((r) => r.json()).then(({ places }) => Object.keys(places).length)";
  await expect.poll(() => page.evaluate(kept), { timeout: WAIT_MS }).toBe(1);
  const moved = (await flow.boundingBox()) ?? { x: 0, y: 0 };
  expect(moved.y).toBeGreaterThan(before.y);
  await flow.press("Control+z");
  await expect.poll(async () => (await flow.boundingBox())?.y, { timeout: WAIT_MS }).toBeCloseTo(before.y, 0);
  await flow.press("Escape");
  await handle("c:jushuitan", "out").dragTo(handle("c:kingdee-galaxy", "in"));
  await page.waitForURL(/flows\/new\?source=jushuitan&target=kingdee-galaxy/);
  await page.getByRole("button", { name: "下一步" }).waitFor();
  // The connection that the line was drawn from, by the name that it has everywhere.
  await page.locator(".ant-card", { hasText: "源" }).getByText("聚水潭", { exact: true }).first().waitFor();
  await page.goBack();
});

test("the overview's numbers lead to lists; a bill is found by its number and tells its story", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/overview`);
  await page.getByRole("link", { name: /全部单据\s*7/ }).waitFor();
  await shot(page, "overview");
  await page.getByRole("link", { name: /全部单据\s*7/ }).click();
  await page.getByRole("link", { name: "XSTH000001" }).waitFor();
  await shot(page, "records");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /页面、方案/ }).fill("jst");
  await page.getByRole("option", { name: /^连接 聚水潭/ }).waitFor();
  await page.getByRole("combobox", { name: /页面、方案/ }).fill("dl");
  await page.getByRole("option", { name: "页面 队列" }).waitFor();
  await page.getByRole("combobox", { name: /页面、方案/ }).fill("XSTH000001");
  await page
    .getByRole("option", { name: /单据 XSTH000001/ })
    .first()
    .waitFor();
  await shot(page, "palette");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByText(/已到达：目标单号 \d+/).waitFor();
  await page.getByText("HTTP 200").last().click();
  await page.getByText("external_id").first().waitFor();
  await shot(page, "story-done");
  // One that is nowhere: what is known of each flow, and what the source says.
  await page.goto(`${lab.server.url}/w/main/records?find=XSTH-NOWHERE`);
  await page.getByText("为什么没有").waitFor();
  await shot(page, "why-not");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "问源系统" }).click();
  await page.locator('[data-answer="not-in-source"]').waitFor();
  await page.getByRole("button", { name: "批量查单号" }).click();
  await page.getByLabel(/每行一个单号/).fill("XSTH000001\nXSTH-NOWHERE");
  await page.getByRole("button", { name: "查找 (2)" }).click();
  await page
    .getByRole("dialog")
    .getByRole("row", { name: /XSTH000001.*完成/ })
    .waitFor();
  await page.getByRole("dialog").getByText("为什么没有").waitFor();
});

/** Links open from a chat on a phone: nothing has to be pushed sideways, not even within a table, once the page has found its new width. */
async function onPhone(name: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = `[document.documentElement, ...document.querySelectorAll("#main *, .ant-modal *")]
    .filter((el) => el.scrollWidth > el.clientWidth + 1 && /auto|scroll/.test(el === document.documentElement ? "auto" : getComputedStyle(el).overflowX))
    .map((el) => el.outerHTML.slice(0, 120))`;
  await expect.poll(() => page.evaluate(wide), { timeout: WAIT_MS }).toEqual([]);
  await shot(page, `phone-${name}`);
  await page.setViewportSize({ width: 1280, height: 720 });
}

/** Onto the value of a target field, from the tree of source fields; found by its name, for it may not be in view. */
async function drag(from: string, to: string): Promise<void> {
  await page.getByLabel("查找目标字段").fill(to);
  await page.locator(`[data-field="${from}"]`).dragTo(page.getByRole("combobox", { name: to, exact: true }));
}

test("a flow made from scratch: ten fields dragged, suggestions taken; its failing bill says why, is put right and retried", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByRole("button", { name: "从空白开始" }).click();
  await page.getByLabel("方案名称").fill("手工建的退货");
  await page.getByLabel("方案标识").fill("by-hand");
  await choose("源", "连接", "金蝶云星空");
  await choose("源", "接口", "SAL_RETURNSTOCK");
  await page.getByRole("button", { name: "取真实样本" }).click();
  await page.getByText(/样本 \d+ 张单据/).waitFor();
  await page.getByRole("cell", { name: "XSTH000001", exact: true }).first().waitFor();
  await shot(page, "wizard-source");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "下一步" }).click();
  // Without results it says what they wait for.
  await page.getByText("还不能试算：先选目标连接。").waitFor();
  await choose("目标", "连接", "聚水潭");
  await page.getByText("还不能试算：先选目标接口。").waitFor();
  await choose("目标", "接口", "otherinout.upload");
  await page.getByRole("button", { name: "加步骤" }).click();
  await page.getByRole("menuitem", { name: /合成单据/ }).click();
  await page.getByRole("button", { name: "全部加上" }).click();
  for (const [from, to] of [
    ["FRetcustId_FNumber", "receiver_name"],
    ["FSaleOrgId_FNumber", "drp_co_name"],
    ["FBillNo", "receiver_mobile"],
    ["FBillNo", "receiver_state"],
    ["FBillNo", "receiver_city"],
    ["FBillNo", "external_id"],
    ["FDate", "receiver_address"],
    ["items.FMaterialId_FNumber", "sku_id"],
    ["items.FStockId_FNumber", "remark"],
    ["items.FMaterialId_FNumber", "batch_id"],
  ] as const)
    await drag(from, to);
  await page.getByLabel("查找目标字段").fill("");
  // The template's flow writes with the same API: what it took is suggested for what is still empty.
  await page.getByRole("button", { name: /\d+ 条建议/ }).click();
  const list = page.getByRole("dialog", { name: "建议映射" });
  await list.getByText("{{items.FRealQty}}").waitFor();
  await shot(page, "mapping-suggestions");
  await list.getByRole("button", { name: /采用 \d+ 条/ }).click();
  await fill("warehouse", "5");
  // Each field's result over the sample, and where a line's value comes from.
  await page.locator('[data-row="items.sku_id"] .map-result').filter({ hasText: /\S/ }).waitFor();
  await page.getByRole("combobox", { name: "sku_id", exact: true }).focus();
  await page
    .getByRole("region", { name: "由来" })
    .getByText(/items\.FMaterialId_FNumber = /)
    .first()
    .waitFor();
  await shot(page, "wizard-mapping");
  expect.soft(await axeFindings(page)).toEqual([]);
  // Broken, the field says so at once and the list leads to it; Ctrl-Z puts it right.
  await page.getByRole("combobox", { name: "drp_co_name", exact: true }).fill("{{FSaleOrgId_FNumber|nofilter}}");
  await page.getByText("1 个问题").waitFor();
  await page.getByRole("combobox", { name: "drp_co_name", exact: true }).press("Tab");
  await page.getByRole("alert").getByRole("button", { name: "展开" }).click();
  await page
    .getByRole("button", { name: /drp_co_name/ })
    .first()
    .click();
  await expect.poll(() => page.evaluate("document.activeElement.dataset.value"), { timeout: WAIT_MS }).toBe("drp_co_name");
  await shot(page, "mapping-problem");
  await page.keyboard.press("Control+z");
  await page.getByText("1 个问题").waitFor({ state: "detached" });
  // Order by the keyboard, with the cursor staying in the field.
  const order = "[...document.querySelectorAll('.map-line:not(.is-free)')].map((line) => line.dataset.row).slice(0, 2)";
  const before = (await page.evaluate(order)) as readonly string[];
  await page.getByRole("combobox", { name: before[1] ?? "", exact: true }).press("Alt+ArrowUp");
  await expect.poll(() => page.evaluate(order), { timeout: WAIT_MS }).toEqual(before.toReversed());
  await page.getByText("重组前后").click();
  await page
    .getByRole("row", { name: /XSTH000001/ })
    .last()
    .waitFor();
  await page.getByRole("button", { name: "下一步" }).click();
  await page.getByRole("button", { name: "查一下" }).click();
  await page.getByText(/每次执行都读全部数据/).waitFor();
  await page.getByRole("button", { name: "取一张，先不写" }).click();
  await page.getByText(/还没有写入/).waitFor();
  expect(lab.simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger()).toHaveLength(7);
  await shot(page, "wizard-try-one");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "发布并启用" }).click();
  await page.getByText("已发布 v1").waitFor();
  await page.getByRole("button", { name: "立即执行" }).click();
  await page.getByText("看单据").waitFor();
  // The run goes on behind a closed window.
  await page.goto(`${lab.server.url}/w/main/records?flow=by-hand&status=failed`);
  await page.getByRole("link", { name: "XSTH000001" }).click();
  await page.getByText(/没有到达：.*仓库类型【5】不存在/).waitFor();
  await shot(page, "story-failed");
  expect.soft(await axeFindings(page)).toEqual([]);
  await onPhone("story-failed");
  await page.getByRole("button", { name: "重试" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "重试" }).waitFor();
  await onPhone("retry");
  await page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
  // All of them by their cause, with the field that it is about, and the way to it.
  await page.goto(`${lab.server.url}/w/main/records?flow=by-hand&status=failed&by=cause`);
  await page.getByRole("row", { name: /仓库类型【5】不存在.*warehouse/ }).waitFor();
  await shot(page, "failures");
  expect.soft(await axeFindings(page)).toEqual([]);
  await onPhone("failures");
  await page.getByRole("link", { name: "改映射并重跑" }).first().click();
  await page
    .getByText("先发布改好的映射")
    .or(page.getByRole("button", { name: "重跑" }))
    .first()
    .waitFor();
  await fill("warehouse", "1");
  // Before it is published: what the real bills' requests become.
  await page.getByRole("button", { name: "行为对比" }).click();
  await page.getByText(/张真实单据中，\d+ 张的请求会变/).waitFor();
  await page.getByRole("button", { name: "warehouse", exact: true }).waitFor();
  await shot(page, "compare");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "发布这一版" }).click();
  await page.getByText("已发布 v2").first().waitFor();
  await page.goto(`${lab.server.url}/w/main/records?find=XSTH000001&flow=by-hand`);
  await page
    .getByRole("row", { name: /手工建的退货/ })
    .getByRole("link")
    .first()
    .click();
  // What its fields came from then, and what they would come from now.
  await page.getByText(/^字段映射：/).click();
  await page.getByText("当时的映射", { exact: true }).waitFor();
  const warehouse = page.getByRole("row", { name: /^warehouse / });
  await warehouse.getByText("5", { exact: true }).last().waitFor();
  await shot(page, "mapped-then");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByText("现在的映射 v2", { exact: true }).click();
  await warehouse.getByText("1", { exact: true }).last().waitFor();
  // While a run goes on, a retry is refused and says so.
  const ended = "fetch('/api/v1/workspaces/main/flows/by-hand/position').then((r) => r.json()).then((at) => at.lastRun?.endedAt ?? null)";
  await expect.poll(() => page.evaluate(ended), { timeout: WAIT_MS, interval: 300 }).not.toBeNull();
  await page.getByRole("button", { name: "重试" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "重试" }).click();
  await page.getByText(/已到达：目标单号 \d+/).waitFor();
  const ledger = lab.simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger() ?? [];
  expect(ledger.filter((entry) => JSON.stringify(entry).includes('"XSTH000001"'))).toHaveLength(1);
});

test("the debugger follows a bill stage by stage, holds the write, and writes through the ledger when it is told to", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/by-hand/debug?number=XSTH000002&stop=bills`);
  await page.getByRole("button", { name: "开始" }).click();
  await page.getByText("停在这里").waitFor();
  await page.getByRole("button", { name: "改数据" }).waitFor();
  await shot(page, "debug-bills");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "继续 F5" }).click();
  await page.getByText("登录与签名在真正发送时加上").waitFor();
  await page.getByRole("button", { name: /字段映射/ }).click();
  await page.getByRole("cell", { name: "warehouse", exact: true }).waitFor();
  await shot(page, "debug-mapping");
  expect.soft(await axeFindings(page)).toEqual([]);
  const count = () => lab.simulators.find(({ system }) => system === "jushuitan")?.vendor.ledger().length;
  const before = count() ?? 0;
  await page.getByRole("button", { name: /写入与应答/ }).click();
  await page.getByText("写入已停住，等你确认").waitFor();
  expect(count()).toBe(before);
  await page.getByRole("button", { name: "确认写入" }).click();
  await page.getByText("已写入，结果：完成").waitFor();
  await shot(page, "debug-written");
  expect(count()).toBe(before + 1);
});

test("a scheme of Qeasy is pasted, its decisions taken, and it is a draft that checks", async ({ skip }) => {
  skip(browser === null, reason);
  const scheme = await readFile(new URL("../../qeasy/test/corpus/020-seed-k3-salesreturn-to-jst-otherinout.json", import.meta.url), "utf8");
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByRole("button", { name: "从轻易云导入" }).click();
  await page.getByLabel(/粘贴轻易云方案/).fill(scheme);
  await page.getByRole("button", { name: "读懂它" }).click();
  await page.getByText("有待定项").waitFor();
  await shot(page, "qeasy-report");
  expect.soft(await axeFindings(page)).toEqual([]);
  // One answer of one's own, the others as the draft has them.
  await page.getByLabel("mapping.receiver_name", { exact: true }).getByText("自己填").click();
  await page.getByRole("textbox", { name: "mapping.receiver_name" }).fill("{{FRetcustId_FNumber}}");
  await page.getByRole("button", { name: "其余全部照草稿" }).click();
  // Decisions are not lost by a click beside them.
  await page.getByRole("menuitem", { name: "接口目录" }).click();
  const asked = page.getByRole("dialog", { name: /未保存/ });
  await asked.getByRole("button", { name: "留下" }).click();
  await asked.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "建成草稿" }).click();
  await page.getByText("已建成草稿").waitFor();
  await page.getByText("没有待定项").waitFor();
  await page.getByRole("link", { name: /^打开/ }).click();
  await page.getByRole("combobox", { name: "receiver_name", exact: true }).waitFor();
  expect(await page.getByRole("combobox", { name: "receiver_name", exact: true }).inputValue()).toBe("{{FRetcustId_FNumber}}");
  await shot(page, "qeasy-draft");
  // Brought again, the same scheme asks nothing.
  await page.goto(`${lab.server.url}/w/main/flows/new?import=qeasy`);
  await page.getByLabel(/粘贴轻易云方案/).fill(scheme);
  await page.getByRole("button", { name: "读懂它" }).click();
  await page.getByText("没有待定项").waitFor();
});

const WIDE = 300;
const KEYS = "{{FBillNo}}-{{FDate|date}} and some more";

test("a mapping of three hundred fields takes each key in under 50 ms, with results coming in between", async ({ skip }) => {
  skip(browser === null, reason);
  const status = await page.evaluate(`(async () => {
    const ask = (method, path, body) => fetch("/api/v1/workspaces/main/" + path, { method, headers: { "x-requested-with": "datong", "content-type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { document } = await (await ask("GET", "flows/by-hand")).json();
    const more = Array.from({ length: ${WIDE} }, (_, n) => ({ field: "F_Own_" + n, label: "自定义字段 " + n, value: n % 3 === 0 ? "{{FBillNo}}" : "" }));
    const wide = { ...document, id: "wide", mapping: [...document.mapping, ...more], dispatch: { enabled: false } };
    return (await ask("PUT", "flows/wide", { revision: 0, document: wide })).status;
  })()`);
  expect(status).toBe(200);
  await page.goto(`${lab.server.url}/w/main/flows/wide`);
  await page.getByRole("button", { name: "取真实样本" }).click();
  await page.getByText(/样本 \d+ 张单据/).waitFor();
  await page.getByLabel("查找目标字段").fill("F_Own_");
  const field = page.getByRole("combobox", { name: "F_Own_1", exact: true });
  await field.focus();
  await page.locator('[data-row="F_Own_0"] .map-result').filter({ hasText: /\S/ }).waitFor();
  expect(await page.locator(".map-line").count()).toBeLessThan(40);
  // From a key to the next picture, as Chromium times events: what is not told took less than 16 ms.
  await page.evaluate(`(() => {
    globalThis.keyTimes = [];
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown" || name === "input") globalThis.keyTimes.push(duration);
    }).observe({ type: "event", durationThreshold: 16 });
  })()`);
  await page.keyboard.type(KEYS, { delay: 60 });
  await field.press("Tab");
  await page.locator('[data-row="F_Own_1"] .map-result').filter({ hasText: /^XSTH/ }).waitFor();
  const slow = (await page.evaluate("globalThis.keyTimes")) as readonly number[];
  const all = [...slow, ...Array.from({ length: Math.max(0, 2 * KEYS.length - slow.length) }, () => 16)].toSorted((a, b) => a - b);
  const [median = 0, p95 = 0, most = 0] = [0.5, 0.95, 1].map((share) => all[Math.ceil(share * all.length) - 1]);
  process.stdout.write(`mapping of ${WIDE} fields, key to picture: median ${median} ms, p95 ${p95} ms, most ${most} ms\n`);
  expect(median).toBeLessThan(50);
  await shot(page, "mapping-wide");
});

test("a bill is marked as done; the rest of a cause is retried in bulk, with three of them seen first and its progress", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/records?find=XSTH000003`);
  await page
    .getByRole("row", { name: /手工建的退货/ })
    .getByRole("link")
    .first()
    .click();
  await page.getByRole("button", { name: "标记完成" }).click();
  await page.getByLabel("目标单号").fill("M-1");
  await page.getByLabel("原因").fill("手工录入");
  await page.getByRole("dialog").getByRole("button", { name: "标记完成" }).click();
  await page.getByText("已到达：目标单号 M-1").waitFor();
  // Another one is corrected by hand, with what differs seen before it is sent.
  await page.goto(`${lab.server.url}/w/main/records?flow=by-hand&status=failed`);
  await page.getByRole("link", { name: /^XSTH/ }).first().click();
  await page.getByRole("button", { name: "改后重推" }).click();
  const body = page.getByRole("textbox", { name: /将发送的内容/ });
  await body.fill((await body.inputValue()).replace(/("warehouse": )"?\d+"?/, '$1"1"'));
  await page.locator("[data-changes]", { hasText: "warehouse" }).waitFor();
  await page.getByRole("dialog").getByLabel("原因").fill("仓库写错了");
  await shot(page, "edit-bill");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "改好并重推" }).click();
  await page.getByText(/已到达：目标单号/).waitFor();
  await page.getByText("仓库写错了").waitFor();
  await page.goto(`${lab.server.url}/w/main/records?flow=by-hand&status=failed&by=cause&more=1`);
  await page.getByRole("button", { name: "重试这一组" }).first().click();
  await page.locator("[data-sample]", { hasText: "warehouse" }).first().waitFor();
  await shot(page, "bulk-samples");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "开始重试" }).click();
  await page.getByText(/^已排队 [1-9]\d* 张/).waitFor();
  await shot(page, "bulk-done");
  await page.getByRole("button", { name: "关闭" }).last().click();
  const done =
    "fetch('/api/v1/workspaces/main/flows/by-hand/records?limit=1').then((r) => r.json()).then(({ counts }) => [counts.done >= 7, counts.failed ?? 0])";
  await expect.poll(() => page.evaluate(done), { timeout: WAIT_MS, interval: 300 }).toEqual([true, 0]);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "导出 Excel" }).click()]);
  // Of pasted numbers those that nothing is done with are told, with the status that keeps them from it.
  const rerun = encodeURIComponent(JSON.stringify({ numbers: ["XSTH000003", "XSTH-nobody"] }));
  await page.goto(`${lab.server.url}/w/main/flows/by-hand?rerun=${rerun}`);
  await page.getByRole("button", { name: "重跑" }).click();
  const apart = page.getByRole("dialog").locator("[data-apart]");
  await apart.getByText("账本里没有的单号 1 个 · 状态不符、不处理的 1 张").waitFor();
  await apart.getByText(/完成 XSTH000003/).waitFor();
  expect(await page.getByRole("button", { name: "开始重试" }).isDisabled()).toBe(true);
  await shot(page, "bulk-apart");
  expect.soft(await axeFindings(page)).toEqual([]);
  expect(file.suggestedFilename()).toBe("by-hand.xlsx");
});

test("push again asks the target first; an older revision is rolled back to, and forward again", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/records?find=XSTH000001`);
  await page
    .getByRole("row", { name: /手工建的退货/ })
    .getByRole("link")
    .first()
    .click();
  await page.getByRole("button", { name: "重推" }).click();
  await page.getByLabel("原因").fill("对方说没有");
  await page.getByRole("dialog").getByRole("button", { name: "重推" }).click();
  await page.getByText(/目标系统里已经有了/).waitFor();
  await page.goto(`${lab.server.url}/w/main/flows/by-hand?tab=revisions`);
  for (const [button, revision] of [
    ["回滚", "v1"],
    ["发布此版", "v2"],
  ] as const) {
    await page
      .getByRole("row", { name: new RegExp(`^${revision} `) })
      .getByRole("button", { name: button })
      .click();
    await page
      .getByRole("tooltip")
      .getByRole("button", { name: /确 ?定/ })
      .click();
    const now = page.getByText(`已发布 ${revision}`).first();
    await now.waitFor();
    expect(await now.innerText()).toContain(revision);
  }
});

test("a bill deleted at the target is found by reconciling and repaired; a day without certificate is filled in", async ({ skip }) => {
  skip(browser === null, reason);
  const flow = "jushuitan-received-to-kingdee-return";
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByLabel(/查找模板/).fill("xsth");
  await page.getByText(/^\d+ \/ \d+ 个$/).waitFor();
  await page
    .getByText(/带来映射表.*jushuitan-shops/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: /用这个模板 聚水潭.*销售退货/ }).click();
  await page.getByRole("button", { name: "发布并启用" }).click();
  await page.getByText(/^已发布 v\d/).waitFor();
  await page.getByRole("button", { name: "立即执行" }).click();
  await page.getByText(/执行完成|执行没有完成/).waitFor();
  await page.goto(`${lab.server.url}/w/main/reconcile?flow=${flow}`);
  await page.getByText("还没有对过账").waitFor();
  await shot(page, "reconcile-empty");
  expect.soft(await axeFindings(page)).toEqual([]);
  const kingdee = lab.simulators.find(({ system }) => system === "kingdee-galaxy")?.vendor;
  const number = kingdee?.ledger().find(({ kind }) => kind.includes("SAL_RETURNSTOCK"))?.key ?? "";
  expect(number).not.toBe("");
  kingdee?.control?.("remove", { action: "remove", formId: "SAL_RETURNSTOCK", number });
  await page.getByRole("button", { name: "开始对账" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "开始对账" }).click();
  await page.getByText("有 1 条差异").waitFor();
  await page.getByRole("cell", { name: number }).last().waitFor();
  await shot(page, "reconcile-missing");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "修复", exact: true }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "修复" }).click();
  await page.getByText(/已修复：重推 1/).waitFor();
  await page.getByText("两边一致，没有差异").waitFor();
  expect(kingdee?.ledger().some(({ key }) => key === number)).toBe(true);
  await shot(page, "reconcile-repaired");
  // Added by hand at the target: taken away again where a person looks at it, says why and names it.
  kingdee?.control?.("copy", { action: "copy", formId: "SAL_RETURNSTOCK", number, as: "BY-HAND-1" });
  const rule = `reconcile: { list: { api: executeBillQuery:SAL_RETURNSTOCK, params: { FilterString: "FBillNo like 'BY-HAND%'" } } }`;
  const published = await page.evaluate(`(async () => {
    const ask = (method, path, body) => fetch("/api/v1/workspaces/main/flows/${flow}" + path, { method, headers: { "x-requested-with": "datong", "content-type": "application/json" }, body: JSON.stringify(body) });
    const { revision, text } = await (await ask("GET", "")).json();
    await ask("PUT", "", { revision, text: text + "\\n" + ${JSON.stringify(rule)} + "\\n" });
    return (await ask("POST", "/publish", { revision: revision + 1 })).status;
  })()`);
  expect(published).toBe(200);
  await page.reload();
  await page.getByRole("button", { name: "开始对账" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "开始对账" }).click();
  await page.getByText("有 1 条差异").waitFor();
  await page.getByRole("button", { name: "修复", exact: true }).click();
  const repair = page.getByRole("dialog");
  await repair.getByText("从目标删除所选的手工新增单据").click();
  await repair.getByRole("checkbox", { name: "BY-HAND-1" }).check();
  expect(await repair.getByRole("button", { name: "删除所选 1 张并修复" }).isDisabled()).toBe(true);
  await repair.getByLabel("原因").fill("录重了");
  await comeToRest(page);
  await shot(page, "reconcile-remove");
  expect.soft(await axeFindings(page)).toEqual([]);
  await repair.getByRole("button", { name: "删除所选 1 张并修复" }).click();
  await page.getByText(/从目标删除 1/).waitFor();
  await page.getByText("两边一致，没有差异").waitFor();
  expect(kingdee?.ledger().some(({ key }) => key === "BY-HAND-1")).toBe(false);
  await page.getByRole("button", { name: "设置定时" }).click();
  await page.getByLabel("每天 08:30 对昨天").click();
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await page.getByText("已保存并发布").waitFor();
  // As if it had been read before there were certificates.
  const { pool } = lab.server.engine;
  const { rows } = await pool.query<{ id: string }>(
    "select c.id from certificate c join flow f on f.num = c.flow where f.id = $1 order by c.to_at desc offset 1 limit 1",
    [flow],
  );
  await pool.query("delete from certificate where id = $1", [rows[0]?.id]);
  await page.getByRole("tab", { name: "完整性" }).click();
  await page
    .getByRole("button", { name: /有缺口|没有读过/ })
    .first()
    .waitFor();
  await shot(page, "coverage-gap");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page
    .getByRole("button", { name: /有缺口|没有读过/ })
    .first()
    .click();
  await page.getByRole("button", { name: "先估算" }).click();
  await page.getByText(/时间窗，约/).waitFor();
  await shot(page, "refill-dialog");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "补全部缺口" }).click();
  await page.getByText("没有缺口").waitFor();
  await shot(page, "coverage-whole");
});

test("a flow is promoted after a look at what would change, and taken in again from its file", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/flows/by-hand`);
  await page.getByRole("button", { name: "更多", exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "导出方案文件" }).click()]);
  expect(file.suggestedFilename()).toBe("by-hand.datong.json");
  await page.getByRole("menuitem", { name: "导出方案文件" }).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "更多", exact: true }).click();
  await page.getByRole("menuitem", { name: "升到生产…" }).click();
  // The connections of this story are of the test environment. A dialog that is still opening takes the focus away from the list.
  await comeToRest(page);
  await page.getByLabel("目标环境").click();
  await optionOf(page, "测试").click();
  await page.getByRole("dialog").getByTitle("测试").waitFor();
  await page.getByRole("button", { name: "先看会改什么" }).click();
  await page.getByText("将新建方案 by-hand-prod").waitFor();
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "存为草稿" }).click();
  await page.waitForURL(/flows\/by-hand-prod/);
  // Kept as a template, it stands before those that ship with the product.
  await page.goto(`${lab.server.url}/w/main/flows/by-hand-prod`);
  await page.getByRole("button", { name: "更多", exact: true }).click();
  await page.getByRole("menuitem", { name: "存为模板…" }).click();
  await page.getByLabel("模板名称").fill("自己的销售出库");
  await comeToRest(page);
  await shot(page, "keep-template");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "存为模板", exact: true }).click();
  await page.getByText("模板「自己的销售出库」已存好").waitFor();
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  const own = page.locator(".ant-card", { has: page.getByText("自己的", { exact: true }) });
  await own.getByRole("button", { name: "用这个模板 自己的销售出库" }).waitFor();
  await shot(page, "own-template");
  await own.getByRole("button", { name: "删除模板 自己的销售出库" }).click();
  await page
    .getByRole("tooltip")
    .getByRole("button", { name: /确\s*定/ })
    .click();
  await own.waitFor({ state: "detached" });
  await page.goto(`${lab.server.url}/w/main/flows`);
  await page.getByRole("button", { name: "导入方案文件" }).click();
  await page.locator("input[type=file]").setInputFiles((await file.path()) ?? "");
  await page.getByLabel("方案标识").fill("by-file");
  await page.getByRole("button", { name: "检查" }).click();
  await page.getByText("会带来", { exact: true }).waitFor();
  await page.getByRole("button", { name: "导入为草稿" }).click();
  await page.waitForURL(/flows\/by-file/);
  // Two more forms of a flow, in a draft that nothing runs: once for each bill of another flow, and what reconciliation compares.
  await page.getByText("读取细节", { exact: true }).click();
  await page.getByLabel("逐条取数：按哪个方案的单据").fill("by-hand-prod");
  await optionOf(page, "by-hand-prod").click();
  await page.getByText("每次调用的参数").waitFor();
  await page.getByText("对账规则", { exact: true }).click();
  await page.getByLabel("明细列表（比较行数）").fill("items");
  await page.getByLabel("明细列表（比较行数）").press("Tab");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Control+s");
  await page.getByText("已保存", { exact: true }).waitFor();
  const kept = await page.evaluate("fetch('/api/v1/workspaces/main/flows/by-file').then((r) => r.json()).then(({ document }) => document)");
  expect(kept).toMatchObject({ source: { each: { flow: "by-hand-prod", params: {} } }, reconcile: { lines: "items" } });
  // Its stored bills as they are, instead: the source is not asked any more, and what asked it goes.
  await page.getByLabel("分发：读哪个方案已存的单据").fill("by-hand-prod");
  await optionOf(page, "by-hand-prod").click();
  await page.getByText("每次调用的参数").waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await page.getByText("未保存", { exact: true }).waitFor({ state: "detached" });
  const sharing = await page.evaluate(
    "fetch('/api/v1/workspaces/main/flows/by-file').then((r) => r.json()).then(({ document }) => document.source)",
  );
  expect(sharing).toMatchObject({ flow: "by-hand-prod" });
  expect(sharing).not.toHaveProperty("each");
}, 180_000);

test("queues are paused and resumed", async ({ skip }) => {
  skip(browser === null, reason);
  await page.getByRole("menuitem", { name: "队列" }).click();
  await page.getByRole("button", { name: "暂停 写入" }).first().click();
  await page.getByText("写入 已暂停").waitFor();
  await shot(page, "queues");
  await page.getByRole("button", { name: "恢复 写入" }).click();
  await page.getByText("写入 已暂停").waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "请求队列" }).click();
  await page.getByRole("button", { name: "暂停 读取" }).first().waitFor();
  await shot(page, "request-queue");
  expect.soft(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate("fetch('/api/v1/workspaces/main/pauses').then((r) => r.json()).then(({ items }) => items.length)")).toBe(0);
});

test("the log of a flow leads to its bills, runs tell their numbers and what comes, settings are kept", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(`${lab.server.url}/w/main/logs?flow=by-hand&levels=error`);
  const line = page.locator(".ant-table-row", { hasText: "仓库类型【5】不存在" }).first();
  await line.waitFor();
  await shot(page, "logs");
  await line.getByRole("link").last().click();
  await page.waitForURL(/records\/by-hand\//);
  await page.goto(`${lab.server.url}/w/main/runs`);
  await page
    .getByRole("row", { name: /手工建的退货 完成/ })
    .first()
    .waitFor();
  await shot(page, "runs");
  await page.getByRole("tab", { name: "日历" }).click();
  await page
    .getByRole("row", { name: /手工建的退货.*(没有计划|下次)/ })
    .first()
    .waitFor();
  await shot(page, "calendar");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.goto(`${lab.server.url}/w/main/settings`);
  await page.getByLabel("保留天数").fill("45");
  await page.getByRole("button", { name: "设置", exact: true }).first().click();
  await page.getByRole("row", { name: /请求与响应.*45/ }).waitFor();
  await shot(page, "settings");
  await page
    .getByRole("row", { name: /请求与响应.*45/ })
    .getByRole("button")
    .click();
  await page.getByRole("row", { name: /请求与响应.*45/ }).waitFor({ state: "detached" });
  await page.goto(`${lab.server.url}/w/main/audit`);
  await page
    .getByRole("row", { name: /admin 重试单据/ })
    .first()
    .waitFor();
});

assetStory(() => ({ page, lab, skipReason: reason }));

/** The pages with what stands in their addresses. */
async function pagesOfConsole(): Promise<readonly { readonly path: string; readonly address: string }[]> {
  const { items } = (await page.evaluate("fetch('/api/v1/workspaces/main/flows/by-hand/records?limit=1').then((r) => r.json())")) as {
    items: readonly { key: string }[];
  };
  const names = {
    flow: "by-hand",
    key: items[0]?.key ?? "",
    id: "jushuitan",
    connection: "jushuitan",
    api: "jushuitan.otherinout.upload",
    connector: "petty",
    table: "shops",
  };
  return (await routesOfConsole()).map((path) => ({ path, address: addressOf(path, names) }));
}

/** A person who is made a member and logs in, in a browser of his own. */
async function enter(name: string, grant: { readonly role: Role; readonly flows?: readonly string[] }): Promise<Page> {
  const seen = await page.evaluate(`(async () => {
    const ask = (method, path, body) => fetch(path, { method, headers: { "x-requested-with": "datong", "content-type": "application/json" }, body: JSON.stringify(body) });
    await ask("POST", "/api/v1/people", { name: "${name}", password: "only a look at it" });
    return (await ask("PUT", "/api/v1/workspaces/main/members/${name}", ${JSON.stringify(grant)})).status;
  })()`);
  expect(seen).toBe(204);
  const context = await (browser as Browser).newContext({
    locale: "zh-CN",
    viewport: { width: 1280, height: 720 },
    reducedMotion: "reduce",
  });
  const opened = await context.newPage();
  opened.setDefaultTimeout(WAIT_MS);
  await opened.goto(`${lab.server.url}/w/main/overview`);
  await opened.getByLabel("用户名").fill(name);
  await opened.getByLabel("密码").fill("only a look at it");
  await opened.getByRole("button", { name: "登录" }).click();
  await opened.getByRole("heading", { name: "工作台" }).waitFor();
  expect(await opened.getByRole("menuitem", { name: "成员" }).count()).toBe(0);
  return opened;
}

test("聚水潭·奇门 is found by its initials and connected; the bills of its template arrive in 金蝶", async ({ skip }) => {
  skip(browser === null, reason);
  const of = (name: string): string => lab.environment[`JUSHUITAN_QIMEN_${name}`] ?? "";
  await page.goto(`${lab.server.url}/w/main/connections/new`);
  await connect("jstqm", "聚水潭·奇门", {
    奇门地址: of("URL"),
    "App Key": of("APP_KEY"),
    "App Secret": of("APP_SECRET"),
    "目标 App Key": of("TARGET_APP_KEY"),
    customer_id: of("CUSTOMER_ID"),
  });
  await page.goto(`${lab.server.url}/w/main/flows/new`);
  await page.getByRole("button", { name: "用这个模板 聚水潭·奇门 销售出库单 → 金蝶云星空 销售出库单", exact: true }).click();
  await page.getByRole("button", { name: "取一张真实单据预览" }).click();
  await page.getByText("将发送的请求").waitFor();
  await page.getByRole("button", { name: "发布并启用" }).click();
  await page.getByText("已发布 v1").waitFor();
  await page.getByRole("button", { name: "立即执行" }).click();
  await page.getByText("执行完成").waitFor();
  await shot(page, "from-qimen");
  const arrived = lab.simulators.find(({ system }) => system === "kingdee-galaxy")?.vendor.ledger() ?? [];
  expect(arrived.filter(({ kind }) => kind === "SAL_OUTSTOCK").length).toBeGreaterThan(0);
});

test("every page of the console's own list: axe finds nothing in light and dark; a viewer can press nothing that is refused", async ({
  skip,
}) => {
  skip(browser === null, reason);
  const pages = await pagesOfConsole();
  const viewer = await enter("kan", { role: "viewer" });
  await page.goto(`${lab.server.url}/w/main/overview`);
  await page.getByRole("heading", { name: "工作台" }).waitFor();
  const open = pages.map(({ path, address }) => ({ address, isOpen: isFor("viewer", path) }));
  const addresses = pages.map(({ address }) => address);
  const [findings, { told, pressed }] = await Promise.all([walkAsOwner(page, "main", addresses), walkAs(viewer, "main", open)]);
  expect.soft(findings).toEqual([]);
  expect.soft(told).toEqual([]);
  expect(pressed).toBeGreaterThan(pages.length);
  // The server refuses him anyway.
  expect(
    await viewer.evaluate(
      `fetch("/api/v1/workspaces/main/flows/by-hand/runs", { method: "POST", headers: { "x-requested-with": "datong", "content-type": "application/json" }, body: "{}" }).then((r) => r.status)`,
    ),
  ).toBe(403);
  // His own password he may change; a wrong one is told without logging him out.
  await viewer.getByRole("button", { name: /kan$/ }).click();
  await viewer.getByRole("menuitem", { name: "修改密码" }).click();
  const dialog = viewer.getByRole("dialog");
  await dialog.getByLabel("当前密码").fill("not the password");
  await dialog.getByLabel(/新密码/).fill("a quite new password");
  await dialog.getByLabel("再输一次密码").fill("a quite new password");
  await dialog.getByRole("button", { name: "修改密码" }).click();
  await dialog.getByText("当前密码不对").first().waitFor();
  await shot(viewer, "own-password");
  await dialog.getByLabel("当前密码").fill("only a look at it");
  await dialog.getByRole("button", { name: "修改密码" }).click();
  await viewer.getByText("密码已修改").waitFor();
  // Whoever is disabled is out at once.
  await page.goto(`${lab.server.url}/w/main/members`);
  await page.getByRole("button", { name: "停用 kan" }).click();
  await page
    .getByRole("tooltip")
    .getByRole("button", { name: /确\s*定/ })
    .click();
  await page.getByRole("button", { name: "启用 kan" }).waitFor();
  expect(await viewer.evaluate(`fetch("/api/v1/me").then((r) => r.status)`)).toBe(401);
  await shot(page, "people");
  await viewer.context().close();
});

test("an operator can press nothing that is refused; who is limited to a flow is shown nothing that is of all flows", async ({ skip }) => {
  skip(browser === null, reason);
  const pages = await pagesOfConsole();
  const [operator, limited] = [await enter("yun", { role: "operator" }), await enter("xian", { role: "operator", flows: ["by-hand"] })];
  expect(await operator.getByRole("menuitem", { name: "接口目录" }).count()).toBe(1);
  expect(await limited.getByRole("menuitem", { name: "接口目录" }).count()).toBe(0);
  const isOfAll = (path: string): boolean => (PAGE_DEEDS[path] ?? []).some((deed) => OF_ALL_FLOWS.has(deed));
  const [all, some] = await Promise.all([
    walkAs(
      operator,
      "main",
      pages.map(({ path, address }) => ({ address, isOpen: isFor("operator", path) })),
    ),
    // A private connector is not of any flow, and its page is left out.
    walkAs(
      limited,
      "main",
      pages
        .filter(({ path }) => !path.startsWith("connector"))
        .map(({ path, address }) => ({ address, isOpen: isFor("operator", path) && !isOfAll(path) })),
      false,
    ),
  ]);
  expect.soft(all.told).toEqual([]);
  expect.soft(some.told).toEqual([]);
  expect(all.pressed).toBeGreaterThan(pages.length);
  await Promise.all([operator.context().close(), limited.context().close()]);
});

test("the same in English and dark, and on a phone", async ({ skip }) => {
  skip(browser === null, reason);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  const pages = [
    ["members", "members"],
    ["overview", "overview"],
    ["flow", "flows/kingdee-return-to-jushuitan-inout"],
    ["records", "records"],
    ["reconcile", "reconcile?flow=jushuitan-received-to-kingdee-return"],
    ["coverage", "reconcile?flow=jushuitan-received-to-kingdee-return&view=coverage"],
  ] as const;
  // The others are for eyes.
  for (const [name, path] of pages.slice(0, process.env["DATONG_SHOTS"] === undefined ? 1 : pages.length)) {
    await page.goto(`${lab.server.url}/w/main/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
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

test("whatever was done on the way and is not for everybody, the console asks for by name before it shows it", async ({ skip }) => {
  skip(browser === null, reason);
  const asked = await askedDeeds();
  const deeds = [...done].filter((deed) => Object.hasOwn(DEEDS, deed) && DEEDS[deed as Deed] !== "viewer");
  expect(deeds.length).toBeGreaterThan(30);
  expect(deeds.filter((deed) => !asked.has(deed))).toEqual([]);
});
