/**
 * The console as people get it: built, served by the real server on a database of its own, with simulators behind it, in Chromium.
 * `openBrowser` gives null and the reason where there is no Chromium.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve, type Server } from "@datong/server";
import { startSimulators, type RunningSimulator } from "@datong/simulators";
import axe from "axe-core";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface ConsoleLab {
  readonly server: Server;
  readonly simulators: readonly RunningSimulator[];
  /** The values of the simulators' connections, such as KINGDEE_GALAXY_URL. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Builds where the build is missing or old, and judges the budgets. */
export function buildConsole(): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), "--sizes"], {
    encoding: "utf8",
  });
  return { ok: status === 0, output: stdout + stderr };
}

export async function openConsoleLab(bills: number, only: readonly string[]): Promise<ConsoleLab> {
  const dir = await mkdtemp(join(tmpdir(), "datong-console-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(dir, 0o711);
  const simulators = await startSimulators({ bills, seed: 3, only });
  const server = await serve({ host: "127.0.0.1", port: 0, dataDir: join(dir, "data"), roles: ["api", "worker"], log: () => undefined });
  return {
    server,
    simulators,
    environment: Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>,
    close: async () => {
      await server.close();
      await Promise.all(simulators.map((simulator) => simulator.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function openBrowser(): Promise<{ readonly browser: Browser | null; readonly reason: string }> {
  if (!existsSync(CHROMIUM)) return { browser: null, reason: `no ${CHROMIUM}: apt-get install -y chromium fonts-noto-cjk` };
  return { browser: await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }), reason: "" };
}

export interface AxeLook {
  /** These rules alone. */
  readonly rules?: readonly string[];
  /** Colours are looked at elsewhere, in the same shade: half of the time that a look takes goes into them. */
  readonly withoutColours?: boolean;
  /** With the menu and the bar above, which are the same on every page. */
  readonly withFrame?: boolean;
}

/** Left out too: the list of no size that Ant Design's open select keeps for screen readers; its name is the library's matter. */
function axeRun({ rules, withFrame = false, withoutColours = false }: AxeLook): string {
  const exclude = [`div[role="listbox"][style*="height: 0px"]`, ...(withFrame ? [] : [".ant-layout-sider", ".ant-layout-header"])];
  const options = {
    resultTypes: ["violations"],
    ...(rules === undefined ? {} : { runOnly: { type: "rule", values: rules } }),
    ...(withoutColours ? { rules: { "color-contrast": { enabled: false } } } : {}),
  };
  return `axe.run(${JSON.stringify({ exclude: exclude.map((each) => [each]) })}, ${JSON.stringify(options)})`;
}

/**
 * Whether nothing moves that comes to an end; what is half faded in has no contrast yet. What does is taken to its end at once, and what
 * comes of that is looked at again: half of the time of a walk through the pages went into watching them fade.
 */
const AT_REST = `(() => {
  const moves = document.getAnimations().filter((each) => each.playState === "running" && each.effect?.getComputedTiming().endTime !== Infinity);
  for (const each of moves) each.finish();
  return moves.length === 0;
})()`;
const LATER_LOOKS_MS = [700, 2000, 5000];
const REST_LOOKS = 100;
const REST_LOOK_MS = 20;

/** Serious and critical findings of axe, as lines: what is there once the page has come to rest. */
export async function axeFindings(page: Page, look: AxeLook = {}): Promise<readonly string[]> {
  await comeToRest(page);
  const first = await lookOnce(page, look);
  if (first.length === 0) return first;
  // Something may have begun to move, or be still on its way, while axe was looking; what is wrong with the page stays wrong.
  let found = first;
  for (const pause of LATER_LOOKS_MS) {
    await page.waitForTimeout(pause);
    await comeToRest(page);
    found = await lookOnce(page, look);
    if (found.length === 0) break;
  }
  return found;
}

/**
 * An entry of the list that a select has open, once the list stands. While it unfolds, a click misses the entry, Playwright scrolls the page
 * to try again, the list leaps to the other side of its field, and the button is let go over something else: nothing is chosen.
 */
export function optionOf(page: Page, text: string): Locator {
  return page.locator(`.ant-select-dropdown:not([class*="ant-slide"]) .ant-select-item-option:visible`, { hasText: text });
}

/** Asked from outside: the page's own policy forbids what `waitForFunction` does. */
export async function comeToRest(page: Page): Promise<void> {
  for (let asked = 0; asked < REST_LOOKS && (await page.evaluate(AT_REST)) !== true; asked++) await page.waitForTimeout(REST_LOOK_MS);
}

async function lookOnce(page: Page, look: AxeLook): Promise<readonly string[]> {
  // Put in as text: a script tag would be refused by the page's own policy.
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe.source);
  const found = (await page.evaluate(axeRun(look))) as {
    readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(" | ")}`,
    );
}

/** Kept where DATONG_SHOTS names a folder, for eyes. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env["DATONG_SHOTS"];
  if (folder === undefined || folder === "") return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
