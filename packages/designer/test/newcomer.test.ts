/**
 * What a newcomer does with nothing of his own, in a browser against the shipped program: from an empty workspace by the demo button to a bill
 * that has moved and its story; then a flow that others push into, one that is copied, a value that is tried, a private connector that goes.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Browser, Page } from "playwright-core";
import { axeFindings, buildConsole, openBrowser, shot } from "./console-lab.ts";
import { startShippedProgram, type ShippedProgram } from "./shipped-program.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const WAIT_MS = 60_000;
let program: ShippedProgram;
let browser: Browser | null = null;
let reason = "";
let page: Page;
const wrong: string[] = [];

beforeAll(async () => {
  const built = buildConsole();
  if (!built.ok) throw new Error(built.output);
  ({ browser, reason } = await openBrowser());
  if (browser === null) return;
  program = await startShippedProgram();
  const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1280, height: 720 }, reducedMotion: "reduce" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (line) => {
    if (line.type() === "error" && !/status of 4\d\d/.test(line.text())) wrong.push(`${line.text()} ${line.location().url}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await program?.close();
});
afterEach(async ({ task }) => {
  if (browser !== null && task.result?.state === "fail") await shot(page, `failed-${task.name.slice(0, 20)}`);
});

const at = (path: string): string => `${program.url}/w/main/${path}`;

/** In both languages, with nothing serious for axe. */
async function looked(name: string): Promise<void> {
  await shot(page, `${name}-zh`);
  expect.soft(await axeFindings(page)).toEqual([]);
  if (process.env["DATONG_SHOTS"] === undefined) return;
  await page.getByRole("button", { name: "English" }).click();
  await shot(page, `${name}-en`);
  await page.getByRole("button", { name: "中文" }).click();
}

/** What the API says, by the session of the page. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: T }> {
  return page.evaluate(
    async ([verb, url, given]) => {
      const response = await fetch(url, {
        method: verb,
        headers: { "x-requested-with": "datong", ...(given === null ? {} : { "content-type": "application/json" }) },
        ...(given === null ? {} : { body: given }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as T };
    },
    [method, `/api/v1/workspaces/main/${path}`, body === undefined ? null : JSON.stringify(body)] as const,
  );
}

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 720 };

/** The pages before one is in: on a phone, in both shades. */
async function doorOnPhone(of: Page): Promise<void> {
  await of.setViewportSize(PHONE);
  for (const colorScheme of ["dark", "light"] as const) {
    await of.emulateMedia({ colorScheme });
    expect.soft(await axeFindings(of)).toEqual([]);
    await expect.poll(() => of.evaluate("document.documentElement.scrollWidth"), { timeout: WAIT_MS }).toBeLessThanOrEqual(PHONE.width);
  }
  await of.setViewportSize(DESK);
}

test("set-up and log-in are in order on a phone; a password that is too short is told before it is sent, and in one sentence", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(program.setupLink);
  await page.getByLabel("密码", { exact: true }).fill("short");
  await page.keyboard.press("Enter");
  await page.getByText("至少 10 位", { exact: true }).waitFor();
  await page.getByText("请填写", { exact: true }).waitFor();
  expect(await page.locator(".ant-form-item-explain-error").allInnerTexts()).toEqual(["至少 10 位", "请填写"]);
  await doorOnPhone(page);
  await shot(page, "set-up-refused");
  await page.goto(`${program.url}/login`);
  await page.getByLabel("用户名").waitFor();
  await doorOnPhone(page);
  // A link that lost its end says so.
  await page.goto(`${program.url}/setup`);
  await page.getByText("链接不完整").waitFor();
  await doorOnPhone(page);
});

test("the demo is one click from nothing: bills move between systems that are seen to be no real ones, and each has its story", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(program.setupLink);
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再输一次密码").fill("correct horse battery");
  await page.getByRole("button", { name: "建立并登录" }).click();
  await page.getByText("还没有集成方案").waitFor();
  expect((await ask<{ items: readonly unknown[] }>("GET", "flows")).body.items).toEqual([]);
  await looked("demo-offered");
  // Wherever a newcomer looks first, it is offered.
  const empty = ["canvas", "connections", "flows", "flows/new", "records", "reconcile", "queues", "runs", "runs?view=calendar", "logs"];
  for (const path of empty) {
    await page.goto(at(path));
    await page.getByRole("button", { name: "填入演示数据" }).waitFor();
  }
  await page.goto(at("overview"));
  await page.getByRole("button", { name: "填入演示数据" }).click();
  await page.getByText(/演示已就绪：5 个方案/).waitFor();
  await page.getByText("不是真实数据").waitFor();
  expect(await page.getByRole("button", { name: "填入演示数据" }).count()).toBe(0);
  // Nothing is pressed meanwhile: the page itself tells that bills come and go on.
  await expect.poll(() => page.locator("#main").innerText(), { timeout: WAIT_MS }).toMatch(/全部单据\s*[1-9]/);
  await expect.poll(() => page.locator("#main").innerText(), { timeout: WAIT_MS }).toMatch(/在路上\s*0/);
  await looked("demo-moving");
  // Each number leads to what it counts: of all flows where it counts all.
  for (const [figure, sums] of [
    [/^全部单据/, /全部 (\d+)/],
    [/^要您处理/, /要您处理 (\d+)/],
  ] as const) {
    await page.goto(at("overview"));
    const link = page.getByRole("link", { name: figure });
    const told = /\d+/.exec(await link.innerText())?.[0];
    await link.click();
    await page.getByText("点数字看那些单据").waitFor();
    await expect.poll(async () => sums.exec(await page.locator(".choices").innerText())?.[1], { timeout: WAIT_MS }).toBe(told);
  }
  await page.getByText("全部", { exact: false }).first().waitFor();
  await page.goto(at("records?flow=&status=done"));
  await looked("records-of-all-flows");
  await page
    .getByRole("row", { name: /聚水潭·奇门/ })
    .getByRole("link")
    .last()
    .click();
  await page.waitForURL(/records\?flow=demo-jushuitan-saleout-to-kingdee-outstock&status=done/);
  await page.goto(at("overview"));
  await page.getByRole("link", { name: "查看方案" }).click();
  await page
    .getByRole("row", { name: /demo-kingdee-return-to-jushuitan-inout/ })
    .getByRole("link", { name: /完成/ })
    .click();
  await page.locator("a[href*='/records/demo-kingdee-return']").first().click();
  await page
    .getByText(/HTTP 200/)
    .first()
    .waitFor();
  await looked("demo-story");
  // Between the rows and the request: each field with where it comes from, its remark in the reader's language.
  await page.getByText("字段映射：每个目标字段从哪里来").click();
  await page.getByRole("row", { name: /external_id .*FBillNo.* XSTH\d+/ }).waitFor();
  expect(await page.locator("#main").innerText()).not.toMatch(/ \/ (elements|missing|built once)/);
  await looked("demo-mapped");
  // Both numbers, and what was sent: the bill is at the target, not only said to be.
  expect(await page.locator("#main").innerText()).toMatch(/XSTH\d+/);
});

test("what stays in sight of a table that chooses rows is not laid over its neighbours", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("flows"));
  await page.getByRole("columnheader", { name: "方案" }).waitFor();
  const cells = (await page.evaluate(
    `[...document.querySelectorAll("thead th")].map((each) => { const { left, right } = each.getBoundingClientRect(); return [Math.round(left), Math.round(right)]; })`,
  )) as readonly (readonly [number, number])[];
  for (const [i, [left]] of cells.entries()) expect(left).toBeGreaterThanOrEqual((cells[i - 1]?.[1] ?? 0) - 1);
});

test("whoever closes a dialog is where he was before, also where a menu opened it", async ({ skip }) => {
  skip(browser === null, reason);
  const focused = (): Promise<unknown> => page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent");
  await page.goto(at("flows"));
  await page.getByRole("button", { name: "导入方案文件" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(focused, { timeout: WAIT_MS }).toBe("导入方案文件");
  await page.getByRole("button", { name: "admin" }).click();
  await page.getByRole("menuitem", { name: "修改密码" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(focused, { timeout: WAIT_MS }).toMatch(/admin/);
  // An editor in which Tab indents says how it is left by keys.
  await page.goto(at("flows/demo-kingdee-return-to-jushuitan-inout?tab=source"));
  const source = page.getByRole("textbox", { name: "源码视图" });
  await source.focus();
  const said = (await source.getAttribute("aria-describedby")) ?? "";
  expect(await page.locator(`[id="${said}"]`).innerText()).toMatch(/Esc/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect.poll(focused, { timeout: WAIT_MS }).not.toBe("源码视图");
});

test("on a phone no list squeezes its words, and no page is wider than it", async ({ skip }) => {
  skip(browser === null, reason);
  await page.setViewportSize(PHONE);
  for (const path of ["flows", "runs?view=calendar", "records", "connections", "overview"]) {
    await page.goto(at(path));
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator("#main :is(td, .ant-card)").first().waitFor();
    // What does not fit, as lines: the page finds its width a moment after it has its first rows.
    const tight = `(() => {
      const words = [...document.querySelectorAll("#main td")].filter((td) => td.innerText.length > 10 && td.clientWidth > 0);
      const wide = document.documentElement.scrollWidth > ${PHONE.width} ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [];
      return [...wide, ...words.filter((td) => td.clientWidth < 90).map((td) => td.clientWidth + ": " + td.innerText)];
    })()`;
    await expect.poll(() => page.evaluate(tight), { timeout: WAIT_MS, message: path }).toEqual([]);
  }
  await page.setViewportSize(DESK);
});

test("the form of a connection asks what its log-in needs, calls values by their names, and leads to the vendor's pages", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(at("connections/new?system=kingdee-galaxy"));
  await page.getByLabel("密码", { exact: true }).waitFor();
  expect(await page.getByLabel("应用密钥", { exact: true }).isVisible()).toBe(false);
  await page.getByLabel("密码", { exact: true }).fill("kept");
  await page.getByLabel("登录方式").click();
  await page.locator(".ant-select-item-option", { hasText: "第三方应用密钥" }).click();
  await page.getByLabel("应用密钥", { exact: true }).waitFor();
  expect(await page.getByLabel("密码", { exact: true }).isVisible()).toBe(false);
  await page.getByLabel("登录方式").click();
  await page.locator(".ant-select-item-option", { hasText: "用户名与密码" }).click();
  expect(await page.getByLabel("密码", { exact: true }).inputValue()).toBe("kept");
  await page.getByRole("link", { name: /金蝶云星空 WebAPI/ }).waitFor();
  expect(await page.locator("#main a[href*='example.com']").count()).toBe(0);
  await looked("connection-form");
  page.once("dialog", (dialog) => void dialog.accept());
});

let pushedInto = 0;
test("a flow that others push into: its secret is told once, the copied command pushes, a pasted row is tried, the last calls tell of both", async ({
  skip,
}) => {
  skip(browser === null, reason);
  // Tried a second time it is another flow: the first one has been pushed to.
  pushedInto += 1;
  const id = pushedInto === 1 ? "orders-in" : `orders-in-${pushedInto}`;
  const document = {
    id,
    name: "外部订单推送",
    source: { connection: "datong", api: "receive", id: ["id"], number: "no" },
    mapping: [],
    target: { connection: "datong", api: "collect" },
    dispatch: { enabled: true },
  };
  expect((await ask("PUT", `flows/${id}`, { revision: 0, document })).status).toBe(200);
  await ask("POST", `flows/${id}/publish`, { revision: 1 });
  await ask("POST", `flows/${id}/enable`);
  await page.goto(at(`flows/${id}?tab=hook`));
  await page.getByText("还没有人调用过").waitFor();
  await page.getByRole("button", { name: "生成密钥" }).click();
  const secret = await page.locator("[data-hook-secret]").innerText();
  expect(secret).toMatch(/^[\w-]{43}$/);
  await page.locator("[data-hook-curl] .ant-typography-copy").click();
  const command = (await page.evaluate("navigator.clipboard.readText()")) as string;
  const run = promisify(execFile);
  const pushed = await run("bash", ["-c", `${command} -s`]);
  expect(JSON.parse(pushed.stdout)).toEqual({ stored: 1, rows: [{ index: 0, key: "1001", number: "SO-1001" }] });
  // A sender with another secret is refused, and the page says why.
  expect((await run("bash", ["-c", `${command.replace(secret, "another")} -s`])).stdout).toContain("SIGNATURE_WRONG");
  await page.getByLabel(/要推送的行/).fill('[{"id":9007199254740993123,"no":"SO-2"},{"no":"no id"}]');
  await page.getByRole("button", { name: /发\s?送/ }).click();
  await page.locator("[data-received]").getByText("收下 1 / 2 行").waitFor();
  await page.locator("[data-received]").getByText("SOURCE_KEY_MISSING").waitFor();
  await page.getByText("签名不对").waitFor();
  await looked("hook");
  await page.locator("[data-received]").getByRole("link", { name: "SO-2" }).click();
  await page.getByText("9007199254740993123").first().waitFor();
  // Told once: whoever comes back sees since when, not what.
  await page.goto(at(`flows/${id}?tab=hook`));
  await page.getByText(/起有效/).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole("button", { name: "更换密钥" }).click();
  await page.getByText("旧密钥立即失效").waitFor();
  const sure = page.locator(".ant-popconfirm", { hasText: "旧密钥立即失效" }).getByRole("button", { name: /确\s?定/ });
  await sure.click();
  // A click that came while the question was still opening is given once more.
  await vi.waitFor(
    async () => {
      if (await sure.isVisible()) await sure.click({ timeout: 2_000 });
      await page.locator("[data-hook-secret]").waitFor({ timeout: 5_000 });
    },
    { timeout: WAIT_MS },
  );
  expect(await page.locator("[data-hook-secret]").innerText()).not.toBe(secret);
  expect((await run("bash", ["-c", `${command} -s`])).stdout).toContain("SIGNATURE_WRONG");
  await page.getByRole("button", { name: "作废密钥" }).click();
  await page
    .locator(".ant-popconfirm", { hasText: "作废后谁也推不进来" })
    .getByRole("button", { name: /确\s?定/ })
    .click();
  await page.getByText("还没有密钥").waitFor();
});

test("a flow is copied from the list, between the connections that are chosen", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("flows"));
  await page.getByRole("button", { name: /^复制方案 旺店通/ }).click();
  await page.getByLabel("新方案标识").waitFor();
  await shot(page, "copy");
  expect.soft(await axeFindings(page)).toEqual([]);
  await page.getByLabel("新方案标识").fill("orders-in");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /复\s?制/ })
    .click();
  await page.getByText("NAME_TAKEN").waitFor();
  await page.getByLabel("新方案标识").fill("warehouses-too");
  await page.getByLabel("新方案名称").fill("仓库副本");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /复\s?制/ })
    .click();
  await page.getByRole("heading", { name: /仓库副本/ }).waitFor();
  const copied = (
    await ask<{ publishedRevision: number | null; isEnabled: boolean; document: { mapping: readonly unknown[] } }>(
      "GET",
      "flows/warehouses-too",
    )
  ).body;
  const first = (await ask<{ document: { mapping: readonly unknown[] } }>("GET", "flows/demo-wangdiantong-warehouse-to-kingdee-stock"))
    .body;
  expect(copied).toMatchObject({ publishedRevision: null, isEnabled: false });
  expect(copied.document.mapping).toEqual(first.document.mapping);
});

test("the flows that are ticked are paused and resumed at once, which the list shows and the audit log finds", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("flows"));
  for (const id of ["demo-kingdee-return", "demo-wangdiantong"])
    await page
      .getByRole("row", { name: new RegExp(id) })
      .getByRole("checkbox")
      .check();
  await page.getByRole("button", { name: "暂停与恢复" }).click();
  await page.getByRole("menuitem", { name: "暂停写入" }).click();
  // What was ticked is dealt with; what is ticked from now on is the next work's.
  await page.getByRole("toolbar").waitFor({ state: "detached" });
  await expect.poll(() => page.getByText("写入已暂停", { exact: true }).count(), { timeout: WAIT_MS }).toBe(2);
  await looked("flows-paused");
  for (const id of ["demo-kingdee-return", "demo-wangdiantong"])
    await page
      .getByRole("row", { name: new RegExp(id) })
      .getByRole("checkbox")
      .check();
  await page.getByRole("button", { name: "暂停与恢复" }).click();
  await page.getByRole("menuitem", { name: "都恢复" }).click();
  await expect.poll(() => page.getByText("写入已暂停", { exact: true }).count(), { timeout: WAIT_MS }).toBe(0);
  // A flow that was never published cannot be enabled: which and why is said.
  await page
    .getByRole("row", { name: /warehouses-too/ })
    .getByRole("checkbox")
    .check();
  await page
    .getByRole("toolbar")
    .getByRole("button", { name: /^启\s?用$/ })
    .click();
  const failed = page.getByRole("dialog").filter({ hasText: "warehouses-too" });
  await failed.getByText(/发布/).first().waitFor();
  await failed.getByRole("button").last().click();
  await page.goto(at("audit?deed=pause"));
  await page.getByText(/target demo-wangdiantong-warehouse/).waitFor();
  expect(await page.locator("tbody tr[data-row-key]").count()).toBe(2);
  await page.getByPlaceholder("对象").fill("kingdee-return");
  await page.getByPlaceholder("对象").press("Enter");
  await expect.poll(() => page.locator("tbody tr[data-row-key]").count(), { timeout: WAIT_MS }).toBe(1);
  await looked("audit");
});

test("the calendar has a week of each flow: what was run by hand leads to its run, what is planned is counted by the day", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(at("runs?view=calendar"));
  const row = page.getByRole("row", { name: /旺店通.*0 2 \* \* \*.*补一次.*下次/ });
  await row.getByRole("link", { name: "手动 1" }).waitFor();
  // Today too, before its time.
  expect(await row.getByText(/^将运行 1$/).count()).toBeGreaterThanOrEqual(3);
  await looked("calendar");
  await page.getByRole("button", { name: "后 7 天" }).click();
  await expect.poll(() => row.getByText(/^将运行 1$/).count(), { timeout: WAIT_MS }).toBe(7);
  await page.getByRole("button", { name: "今天前后" }).click();
  await row.getByRole("link", { name: "手动 1" }).click();
  await page.getByRole("row", { name: /旺店通.*完成 40/ }).waitFor();
  expect(new URL(page.url()).searchParams.get("flow")).toBe("demo-wangdiantong-warehouse-to-kingdee-stock");
  expect(await page.locator("tbody tr[data-row-key]").count()).toBe(1);
});

test("a value is tried over a real row by the server's evaluator; what is wrong with it is said with its place", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("flows/warehouses-too"));
  await page.getByRole("button", { name: "取真实样本" }).click();
  await page.getByText(/样本 \d+ 张/).waitFor();
  await page.getByRole("button", { name: "试算取值" }).click();
  const drawer = page.locator(".ant-drawer-content, .ant-drawer-section").last();
  await drawer.getByLabel("取值", { exact: true }).fill("{{warehouse_no}}-{{name}}");
  await page.keyboard.press("Control+Enter");
  await drawer
    .locator("[data-evaluated]")
    .getByText(/^W\d+-.+仓/)
    .waitFor();
  await shot(page, "try-value");
  await drawer.getByLabel("源数据（一张单据，JSON）").fill('{"id":9007199254740993123}');
  await drawer.getByLabel("取值", { exact: true }).fill("{{id}}");
  await page.keyboard.press("Control+Enter");
  await drawer.locator("[data-evaluated] strong").getByText("9007199254740993123", { exact: true }).waitFor();
  await drawer.getByLabel("取值", { exact: true }).fill("{{id|no_such_function}}");
  await page.keyboard.press("Control+Enter");
  await drawer.getByRole("alert").waitFor();
  await shot(page, "try-value-wrong");
  expect(await drawer.locator("[data-evaluated] strong").count()).toBe(0);
});

test("in the debugger the answer and the final request are edited and run on from, each stage is marked, and such data is not written as the flow's", async ({
  skip,
}) => {
  skip(browser === null, reason);
  await page.goto(at("flows/demo-kingdee-return-to-jushuitan-inout/debug?stop=read"));
  await page.getByRole("button", { name: /^开\s?始$/ }).click();
  await page.getByRole("button", { name: "改原始应答" }).click();
  const answer = page.getByRole("textbox", { name: "原始应答" });
  const number = /XSTH\d+/.exec(await answer.inputValue())?.[0] ?? "";
  expect(number).not.toBe("");
  await answer.fill((await answer.inputValue()).replaceAll(number, "EDITED-1"));
  await page.getByRole("button", { name: "从这里运行" }).click();
  await page.getByText(/"external_id": "EDITED-1/).waitFor();
  expect(await page.locator("main, #main").getByText("已改", { exact: true }).count()).toBe(1);
  // The breakpoint stays.
  expect(await page.getByRole("checkbox", { name: "在「请求与原始应答」后停" }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "改请求正文" }).click();
  const body = page.getByRole("textbox", { name: "请求正文" });
  await body.fill((await body.inputValue()).replace("EDITED-1", "BY-HAND-1"));
  await page.getByRole("button", { name: "从这里运行" }).click();
  await page.getByText(/"external_id": "BY-HAND-1/).waitFor();
  await looked("debug-edited");
  await page.getByRole("button", { name: /6 写入与应答/ }).click();
  await page.getByText("这张单据不能从这里写入").waitFor();
  expect(await page.getByRole("button", { name: "确认写入" }).count()).toBe(0);
});

test("a private connector that a connection uses stays, and says who uses it; unused it goes", async ({ skip }) => {
  skip(browser === null, reason);
  const openapi = await readFile(new URL("../../server/test/openapi/petty-orders.yaml", import.meta.url), "utf8");
  const { connector } = (await ask<{ connector: object }>("POST", "connector-imports/openapi", { system: "petty", text: openapi })).body;
  expect((await ask("PUT", "connectors/petty", { revision: 0, document: connector })).status).toBe(200);
  const settings = { url: "https://demo.orders.example.com/v2", key: "k-123456789", app: "a" };
  const connection = { id: "our-petty", system: "petty", environment: "test", settings };
  expect((await ask("PUT", "connections/our-petty", { revision: 0, document: connection })).status).toBe(200);
  await page.goto(at("connectors/petty"));
  await page.getByText("谁在用").waitFor();
  await page.getByRole("link", { name: "our-petty" }).waitFor();
  await looked("connector-used");
  const remove = async (): Promise<void> => {
    await page.getByRole("button", { name: /^删\s?除$/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^删\s?除$/ })
      .click();
  };
  await remove();
  const refusal = page.getByRole("dialog").filter({ hasText: "还有人在用，没有删除" });
  await refusal.getByText(/our-petty/).waitFor();
  await refusal.getByText("OBJECT_IN_USE").waitFor();
  await shot(page, "connector-refused");
  await refusal.getByRole("button").click();
  await refusal.waitFor({ state: "detached" });
  expect((await ask("DELETE", "connections/our-petty")).status).toBe(204);
  await page.goto(at("connectors/petty"));
  await page.getByText("没有连接，也没有方案在用").waitFor();
  await remove();
  await page.getByText(/已删除/).waitFor();
  await page.getByText("还没有私有适配器").waitFor();
  expect((await ask("GET", "connectors/petty/document")).status).toBe(404);
});

test("nothing on the way failed in the browser", ({ skip }) => {
  skip(browser === null, reason);
  expect(wrong).toEqual([]);
});
