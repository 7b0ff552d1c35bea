/** Private connectors, the API catalogue, alerts and work on many flows, as a person uses them in the browser against the real server. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { axeFindings, buildConsole, openBrowser, openConsoleLab, shot, type ConsoleLab } from "./console-lab.ts";

const OPENAPI = readFileSync(fileURLToPath(new URL("../../server/test/openapi/petty-orders.yaml", import.meta.url)), "utf8");
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
  lab = await openConsoleLab(3, ["jushuitan"]);
  page = await browser.newPage({ locale: "zh-CN", viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => refused.push(error.message));
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await lab?.close();
});
afterEach(async ({ task }) => {
  if (browser !== null && task.result?.state === "fail") await shot(page, `failed-${task.name.slice(0, 20)}`);
});

const at = (path: string): string => `${lab.server.url}/w/main/${path}`;

/** Looked at in both languages; with nothing serious for axe. */
async function looked(name: string): Promise<void> {
  await shot(page, `${name}-zh`);
  expect(await axeFindings(page)).toEqual([]);
  // The other language is for eyes.
  if (process.env["DATONG_SHOTS"] === undefined) return;
  await page.getByRole("button", { name: "English" }).click();
  await shot(page, `${name}-en`);
  await page.getByRole("button", { name: "中文" }).click();
}

test("an OpenAPI document is pasted, its guesses read, the connector saved", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(lab.server.setupLink ?? "");
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再输一次密码").fill("correct horse battery");
  await page.getByRole("button", { name: "建立并登录" }).click();
  await page.getByRole("link", { name: "私有适配器" }).click();
  await page.getByText("还没有私有适配器").waitFor();
  await looked("connectors-empty");
  await page.getByRole("button", { name: "导入 OpenAPI" }).click();
  await page.getByLabel("标识").fill("petty");
  await page.getByLabel(/粘贴 OpenAPI/).fill(OPENAPI);
  await page.getByRole("button", { name: /转\s?换/ }).click();
  await page.getByText(/推断了 \d+ 处/).waitFor();
  await page.getByLabel("中文名称").fill("小单系统");
  await looked("connector-new");
  await page.getByRole("button", { name: /保\s?存/ }).click();
  await page.getByText("版本 1").waitFor();
  await page.getByRole("heading", { name: "适配器 小单系统" }).waitFor();
  expect(page.url()).toBe(at("connectors/petty"));
}, 90_000);

test("the catalogue tells each API with its fields; one is tried, taken off line and brought back", async ({ skip }) => {
  skip(browser === null, reason);
  await page.evaluate(
    async ([url]) => {
      const settings = { url, key: "k-123456789", app: "a" };
      const document = { id: "petty", system: "petty", environment: "test", privateNetwork: true, settings };
      const headers = { "content-type": "application/json", "x-requested-with": "datong" };
      await fetch("/api/v1/workspaces/main/connections/petty", { method: "PUT", headers, body: JSON.stringify({ revision: 0, document }) });
    },
    [lab.server.url],
  );
  await page.goto(at("apis"));
  await page.getByText("还没有接口被使用").waitFor();
  await page.getByText("全部接口", { exact: true }).click();
  await page.getByRole("link", { name: "查询订单" }).waitFor();
  await looked("apis");
  await page.getByRole("link", { name: "查询订单" }).click();
  await page.getByRole("tab", { name: "试调" }).click();
  await page.getByRole("textbox", { name: "status" }).fill("1");
  await page.getByRole("button", { name: "调用一次" }).click();
  // The server itself answers at that address, and not with orders.
  await page
    .getByText(/HTTP \d+/)
    .first()
    .waitFor();
  await looked("api-tried");
  await page.getByRole("button", { name: /下\s?线/ }).click();
  await page.getByRole("dialog").getByPlaceholder(/原因/).fill("盘点");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /下\s?线/ })
    .click();
  await page.getByText("已下线").waitFor();
  await page.getByRole("tab", { name: "数字" }).click();
  await page.getByText("近 30 天").waitFor();
  await looked("api-figures");
  await page.getByRole("button", { name: /上\s?线/ }).click();
  await page.getByText("在线").waitFor();
  expect(await page.getByText("已下线").count()).toBe(0);
}, 90_000);

test("a channel and a rule are made in the browser", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("alerts?tab=channels"));
  await page.getByRole("button", { name: "新增渠道" }).click();
  await page.getByRole("dialog").getByLabel("标识").fill("group");
  await page.getByRole("dialog").getByLabel("地址", { exact: true }).fill("https://oapi.dingtalk.com/robot/send?access_token=x");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /保\s?存/ })
    .click();
  await page.getByText("钉钉机器人").waitFor();
  await page.getByRole("tab", { name: "规则" }).click();
  await page.getByRole("button", { name: "新增规则" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("标识").fill("any-failure");
  await dialog.getByLabel("通知到").click();
  await page.locator(".ant-select-item-option", { hasText: "group" }).click();
  await dialog.getByLabel("标识").click();
  await dialog.getByRole("button", { name: /保\s?存/ }).click();
  await page.getByText("失败单据数达到 1").waitFor();
  await looked("alerts-rules");
  expect(refused).toEqual([]);
}, 90_000);

test("a mapping table is pasted from a sheet, what contradicts itself is marked, and is saved and listed", async ({ skip }) => {
  skip(browser === null, reason);
  await page.goto(at("tables"));
  await page.getByText("还没有映射表").waitFor();
  await looked("tables-empty");
  await page.getByRole("button", { name: "新建映射表" }).first().click();
  await page.getByLabel("标识").fill("shops");
  await page.getByLabel("第 1 行 列1", { exact: true }).focus();
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "01\\t总仓\\n02\\t退货仓\\n01\\t次品仓\\n");
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  })()`);
  await page.getByText("与第 1 行矛盾").waitFor();
  await looked("table-wrong");
  expect(await page.getByRole("button", { name: /保\s?存/ }).isEnabled()).toBe(false);
  await page.getByLabel("第 3 行 列1", { exact: true }).fill("03");
  await page.getByRole("button", { name: /保\s?存/ }).click();
  await page.getByText(/已保存 3 行/).waitFor();
  await page.getByRole("menuitem", { name: "映射表" }).click();
  await page.getByRole("row", { name: /shops 列1 → 列2 3/ }).waitFor();
  await page.getByRole("menuitem", { name: "数据集合" }).click();
  await page.getByText("还没有数据集合").waitFor();
  expect(refused).toEqual([]);
}, 60_000);
