/** Private connectors, the API catalogue, alerts and work on many flows, as a person uses them in the browser against the real server. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { axeFindings, optionOf, shot, type ConsoleLab } from "./console-lab.ts";

const OPENAPI = readFileSync(fileURLToPath(new URL("../../server/test/openapi/petty-orders.yaml", import.meta.url)), "utf8");

/** After the bills' story, on its server and in its browser. */
export function assetStory(stage: () => { readonly page: Page; readonly lab: ConsoleLab; readonly skipReason: string }): void {
  const at = (path: string): string => `${stage().lab.server.url}/w/main/${path}`;

  /** Looked at in both languages; with nothing serious for axe. */
  async function looked(page: Page, name: string): Promise<void> {
    await shot(page, `${name}-zh`);
    expect.soft(await axeFindings(page)).toEqual([]);
    // The other language is for eyes.
    if (process.env["DATONG_SHOTS"] === undefined) return;
    await page.getByRole("button", { name: "English" }).click();
    await shot(page, `${name}-en`);
    await page.getByRole("button", { name: "中文" }).click();
  }

  test("an OpenAPI document is pasted, its guesses read, the connector saved; what is unsaved is not left unasked", async ({ skip }) => {
    const { page, skipReason } = stage();
    skip(skipReason !== "", skipReason);
    await page.goto(at("connectors"));
    await page.getByText("还没有私有适配器").waitFor();
    await page.getByRole("button", { name: "导入 OpenAPI" }).first().click();
    await page.getByLabel("标识").fill("petty");
    await page.getByLabel(/粘贴 OpenAPI/).fill(OPENAPI);
    await page.getByRole("button", { name: /转\s?换/ }).click();
    await page.getByText(/推断了 \d+ 处/).waitFor();
    await page.getByLabel("中文名称").fill("小单系统");
    await looked(page, "connector-new");
    await page.getByRole("menuitem", { name: "接口目录" }).click();
    await page
      .getByRole("dialog", { name: /未保存/ })
      .getByRole("button", { name: "留下" })
      .click();
    await page.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText("版本 1").waitFor();
    await page.getByRole("heading", { name: "适配器 小单系统" }).waitFor();
    expect(page.url()).toBe(at("connectors/petty"));
  });

  test("a built-in system is given an API of one's own; what is not in order is told, and what is saved is changed again", async ({
    skip,
  }) => {
    const { page, skipReason } = stage();
    skip(skipReason !== "", skipReason);
    await page.goto(at("connectors"));
    await page.getByRole("button", { name: "给内置系统加接口" }).click();
    await page.getByRole("menuitem", { name: "吉客云" }).click();
    const source = page.getByRole("textbox", { name: "源码" });
    await source.getByText('"extends"').waitFor();
    await looked(page, "addition-new");
    await page.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText("版本 1").waitFor();
    expect(page.url()).toBe(at("connectors/jackyun"));
    const kept = (path?: string): Promise<string> =>
      page.evaluate(async (other) => {
        const answer = await fetch("/api/v1/workspaces/main/connectors/jackyun/document");
        const { document } = (await answer.json()) as { document: { extends: string; apis: { shape: object }[] } };
        const name = { zh: "改过的接口", en: "Changed" };
        const apis = document.apis.map((api) => ({
          ...api,
          name,
          shape: { ...api.shape, ...(other === undefined ? {} : { path: other }) },
        }));
        return JSON.stringify({ ...document, apis });
      }, path);
    await source.fill(await kept("{{settings.nothing}}"));
    await page.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText(/有 \d+ 处问题，未保存/).waitFor();
    await looked(page, "addition-flaws");
    await source.fill(await kept());
    await page.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText("版本 2").waitFor();
    await page.getByRole("cell", { name: /改过的接口/ }).waitFor();
  });

  test("the catalogue tells each API with its fields; one is tried, taken off line and brought back", async ({ skip }) => {
    const { page, lab, skipReason } = stage();
    skip(skipReason !== "", skipReason);
    await page.evaluate(
      async ([url]) => {
        const settings = { url, key: "k-123456789", app: "a" };
        const document = { id: "petty", system: "petty", environment: "test", privateNetwork: true, settings };
        const headers = { "content-type": "application/json", "x-requested-with": "datong" };
        await fetch("/api/v1/workspaces/main/connections/petty", {
          method: "PUT",
          headers,
          body: JSON.stringify({ revision: 0, document }),
        });
      },
      [lab.server.url],
    );
    await page.goto(at("apis"));
    await page.getByRole("link", { name: "销售退货查询" }).waitFor();
    await page.getByText("全部接口", { exact: true }).click();
    await page.getByLabel("按接口编码或名称查找").fill("查询订单");
    await page.getByLabel("按接口编码或名称查找").press("Enter");
    await page.getByRole("link", { name: "查询订单" }).waitFor();
    await looked(page, "apis");
    await page.getByRole("link", { name: "查询订单" }).click();
    await page.getByRole("tab", { name: "试调" }).click();
    await page.getByRole("textbox", { name: "status" }).fill("1");
    await page.getByRole("button", { name: "调用一次" }).click();
    // The server itself answers at that address, and not with orders.
    await page
      .getByText(/HTTP \d+/)
      .first()
      .waitFor();
    await looked(page, "api-tried");
    await page.getByRole("button", { name: /下\s?线/ }).click();
    await page.getByRole("dialog").getByPlaceholder(/原因/).fill("盘点");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /下\s?线/ })
      .click();
    await page.getByText("已下线").waitFor();
    await page.getByRole("tab", { name: "数字" }).click();
    await page.getByText("近 30 天").waitFor();
    await looked(page, "api-figures");
    await page.getByRole("button", { name: /上\s?线/ }).click();
    await page.getByText("在线").waitFor();
    expect(await page.getByText("已下线").count()).toBe(0);
  });

  test("a channel and a rule are made in the browser", async ({ skip }) => {
    const { page, skipReason } = stage();
    skip(skipReason !== "", skipReason);
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
    await optionOf(page, "group").click();
    await dialog.getByLabel("标识").click();
    await dialog.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText("失败单据数达到 1").waitFor();
    expect(await page.getByText("失败单据数达到 1").count()).toBe(1);
    // A rate needs calls to be a rate of; a digest has a time and no bound.
    const addRule = async (id: string, when: string, more: () => Promise<void>): Promise<void> => {
      await page.getByRole("button", { name: "新增规则" }).click();
      await dialog.getByLabel("标识").fill(id);
      await dialog.getByLabel("条件").fill(when);
      await optionOf(page, when).click();
      await more();
      await dialog.getByLabel("通知到").click();
      await optionOf(page, "group").click();
      await dialog.getByLabel("标识").click();
      await dialog.getByRole("button", { name: /保\s?存/ }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await addRule("rate", "今天目标接口调用出错的比例达到", async () => {
      await dialog.getByRole("spinbutton", { name: /出错的比例/ }).fill("5");
      await dialog.getByLabel(/至少多少次/).fill("30");
    });
    await page.getByRole("row", { name: /rate .*5.*30/ }).waitFor();
    await addRule("daily", "每日汇总", () => dialog.getByLabel(/发送时间/).fill("08:45"));
    await page.getByRole("row", { name: /daily .*08:45/ }).waitFor();
    await looked(page, "alerts-rules");
  });

  test("a mapping table is pasted from a sheet, what contradicts itself is marked, and is saved and listed", async ({ skip }) => {
    const { page, skipReason } = stage();
    skip(skipReason !== "", skipReason);
    await page.goto(at("tables"));
    await page.getByRole("button", { name: "新建映射表" }).first().click();
    await page.getByLabel("标识").fill("shops");
    await page.getByLabel("第 1 行 列1", { exact: true }).focus();
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "01\\t总仓\\n02\\t退货仓\\n01\\t次品仓\\n");
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    })()`);
    await page.getByText("与第 1 行矛盾").waitFor();
    await looked(page, "table-wrong");
    expect(await page.getByRole("button", { name: /保\s?存/ }).isEnabled()).toBe(false);
    await page.getByLabel("第 3 行 列1", { exact: true }).fill("03");
    await page.getByRole("button", { name: /保\s?存/ }).click();
    await page.getByText(/已保存 3 行/).waitFor();
    await page.getByRole("menuitem", { name: "映射表" }).click();
    await page.getByRole("row", { name: /shops 列1 → 列2 3/ }).waitFor();
    await page.getByRole("menuitem", { name: "数据集合" }).click();
    // Flows whose rows another one asks for: the draft that was made of a file does.
    await page.getByRole("row", { name: /by-hand-prod/ }).waitFor();
  });
}
