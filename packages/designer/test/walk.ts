/**
 * Every page of the console's own list of routes, so that a new page cannot be forgotten. As its owner: axe finds nothing serious in light
 * and dark and on a phone, nothing is wider than the window, what is pressed by the mouse is reached by keys. As a viewer and as an
 * operator: pages for others are refused, and nothing that can be pressed leads to a refusal by the server.
 */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { DEEDS, ROLES, type Role } from "../src/api/deeds.ts";
import { PAGE_DEEDS } from "../src/shell/page-deeds.ts";
import { axeFindings, comeToRest, shot } from "./console-lab.ts";

/** The addresses of the pages below a workspace, as the router has them. */
export async function routesOfConsole(): Promise<readonly string[]> {
  const text = await readFile(new URL("../src/routes.tsx", import.meta.url), "utf8");
  const inside = text.slice(text.indexOf('path: "/w/:workspace"'));
  const found = [...inside.matchAll(/\{\s*path: "([^"*]+)",\s*lazy/g)].map(([, path = ""]) => path);
  // Whatever is loaded lazily is a page; one that is written otherwise would be left out in silence.
  const lazy = [...inside.matchAll(/\blazy:/g)].length;
  if (found.length !== lazy) throw new Error(`of ${lazy} pages the walk can read ${found.length}`);
  const unknown = Object.keys(PAGE_DEEDS).filter((path) => !found.includes(path));
  if (unknown.length > 0) throw new Error(`no page is at ${unknown.join(", ")}`);
  return found;
}

/** Whether a page is for everybody who has the role, in all flows. */
export function isFor(role: Role, path: string): boolean {
  return (PAGE_DEEDS[path] ?? []).every((deed) => {
    const needed = DEEDS[deed];
    return needed !== "system" && ROLES.indexOf(role) >= ROLES.indexOf(needed);
  });
}

/** With what stands for each `:name`; a page with another one must be told here. */
export function addressOf(path: string, names: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = names[`${path.split("/")[0]} ${name}`] ?? names[name];
    if (value === undefined) throw new Error(`the walk has no example for :${name} of ${path}`);
    return encodeURIComponent(value);
  });
}

const LOOKS = 400;
const LOOK_MS = 25;

/** Goes there as a link does. */
async function go(page: Page, address: string): Promise<void> {
  await page.evaluate(`(() => {
    if (location.pathname + location.search === ${JSON.stringify(address)}) return;
    document.querySelector("#main h1")?.setAttribute("data-before", "");
    history.pushState(null, "", ${JSON.stringify(address)});
    dispatchEvent(new PopStateEvent("popstate"));
  })()`);
}

/** Goes there, and waits for the page's own heading and for what it loads. */
async function open(page: Page, address: string): Promise<void> {
  await go(page, address);
  for (let looked = 0; looked < LOOKS; looked++) {
    const isThere = await page.evaluate(
      `document.querySelector("#main h1:not([data-before])") !== null && document.querySelector("#main .ant-skeleton, #main .ant-spin-spinning") === null`,
    );
    if (isThere === true) return comeToRest(page);
    await page.waitForTimeout(LOOK_MS);
  }
  throw new Error(`${address} has no heading, or does not end loading`);
}

/** What shows a hand and cannot be reached by keys, or shows no focus; and what is wider than the window. In the page. */
const SHAPE = `(() => {
  const told = [];
  const name = (el) => el.outerHTML.slice(0, 140);
  const seen = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== "hidden";
  const keys = "a[href], button, input, select, textarea, summary, [tabindex], [role=menuitem], [role=option]";
  for (const el of document.querySelectorAll("#main *")) {
    if (getComputedStyle(el).cursor !== "pointer" || !seen(el)) continue;
    if (el.closest(keys + ", label, .ant-select") === null && el.querySelector(keys) === null) told.push("not by keys: " + name(el));
  }
  for (const el of document.querySelectorAll("#main a[href], #main button:not(:disabled)")) {
    if (!seen(el)) continue;
    el.focus({ focusVisible: true, preventScroll: true });
    const { outlineStyle, boxShadow } = getComputedStyle(el);
    if (document.activeElement === el && outlineStyle === "none" && boxShadow === "none") told.push("focus not seen: " + name(el));
  }
  document.activeElement?.blur();
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) told.push("wider than the window by " + (scrollWidth - innerWidth));
  return told;
})()`;

/** Links open from messages on a phone. */
const PHONE = { width: 390, height: 844 };

/** What does not fit the window, once the page has been drawn for its size. */
async function wideness(page: Page): Promise<readonly string[]> {
  const beyond = async (): Promise<number> => (await page.evaluate("document.documentElement.scrollWidth - innerWidth")) as number;
  for (let looked = 0; looked < LOOKS && (await beyond()) > 0; looked++) await page.waitForTimeout(LOOK_MS);
  const still = await beyond();
  return still > 0 ? [`wider than the window by ${still}`] : [];
}

export async function walkAsOwner(page: Page, workspace: string, addresses: readonly string[]): Promise<readonly string[]> {
  const told: string[] = [];
  let isLight = true;
  for (const address of addresses) {
    await open(page, `/w/${workspace}/${address}`);
    const withFrame = address === addresses[0];
    const first = await axeFindings(page, { withFrame });
    const shape = (await page.evaluate(SHAPE)) as readonly string[];
    await shot(page, `walk-${isLight ? "light" : "dark"}-${address.replace(/\W+/g, "-")}`);
    await page.getByRole("button", { name: isLight ? "深色" : "浅色", exact: true }).click();
    isLight = !isLight;
    // The shade changes colours and nothing else.
    const other = await axeFindings(page, { withFrame, rules: ["color-contrast"] });
    const desk = page.viewportSize() ?? PHONE;
    await page.setViewportSize(PHONE);
    const phone = [...(await axeFindings(page, { withoutColours: true })), ...(await wideness(page))].map((line) => `on a phone: ${line}`);
    await page.setViewportSize(desk);
    told.push(...[...first, ...shape, ...other, ...phone].map((line) => `${address}: ${line}`));
  }
  if (!isLight) await page.getByRole("button", { name: "浅色", exact: true }).click();
  return told;
}

/**
 * Presses everything that can be pressed, once each, also in the dialogs that come of it, whose empty fields are filled. In the page.
 * Links lead to other pages, which are walked themselves.
 */
const PRESS_ALL = `(async () => {
  const home = location.pathname;
  const done = new Set();
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const isOpen = (el) => el.getClientRects().length > 0 && !el.disabled && el.getAttribute("aria-disabled") !== "true" && el.closest("a") === null;
  const nameOf = (el) => [el.tagName, el.getAttribute("role"), el.ariaLabel, el.textContent].join("|").replace(/\\d+/g, "0");
  const fill = (el, value) => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(el), "value").set.call(el, value);
    el.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (let round = 0; round < 80; round++) {
    const all = document.querySelectorAll("#main :is(button, [role=switch], [role=tab]), :is(.ant-modal, .ant-popover, .ant-drawer, .ant-dropdown) :is(button, [role=menuitem])");
    const next = [...all].filter(isOpen).findLast((el) => !done.has(nameOf(el)));
    if (next === undefined) break;
    done.add(nameOf(next));
    for (const el of next.closest(".ant-modal, .ant-drawer")?.querySelectorAll("input[type=text], input:not([type]), textarea") ?? [])
      if (el.value === "" && !el.readOnly && el.closest(".ant-select") === null) fill(el, "1");
    next.click();
    await frame();
    await frame();
    if (location.pathname !== home) {
      history.pushState(null, "", home);
      dispatchEvent(new PopStateEvent("popstate"));
      await frame();
      await frame();
    }
  }
  return done.size;
})()`;

const OPENED = ":is(.ant-modal, .ant-drawer, .ant-popover, .ant-dropdown)";

/** Whether the page of another heading stands, with nothing over it that was opened before. */
const IS_CLEAR = `document.querySelector("#main h1:not([data-before])") !== null &&
  ![...document.querySelectorAll(${JSON.stringify(OPENED)})].some((el) => el.getClientRects().length > 0)`;
const CLEAR_LOOKS = 40;

/** To the overview as a link leads there; loaded anew where something stays open over it, such as the question about what is unsaved. */
async function leave(page: Page, workspace: string): Promise<void> {
  const overview = `/w/${workspace}/overview`;
  await go(page, overview);
  for (let looked = 0; looked < CLEAR_LOOKS; looked++) {
    if ((await page.evaluate(IS_CLEAR)) === true) return;
    await page.waitForTimeout(LOOK_MS);
  }
  await page.goto(new URL(overview, page.url()).href);
  await page.locator("#main h1").waitFor();
}

export async function walkAs(
  page: Page,
  workspace: string,
  pages: readonly { readonly address: string; readonly isOpen: boolean }[],
  /** False: pages are opened only. */
  presses = true,
): Promise<{ readonly told: readonly string[]; readonly pressed: number }> {
  const told: string[] = [];
  let [at, pressed, inFlight] = ["", 0, 0];
  const isDeed = (method: string): boolean => method !== "GET";
  page.on("request", (request) => void (inFlight += isDeed(request.method()) ? 1 : 0));
  page.on("requestfailed", (request) => void (inFlight -= isDeed(request.method()) ? 1 : 0));
  page.on("response", (response) => {
    const method = response.request().method();
    inFlight -= isDeed(method) ? 1 : 0;
    if (response.status() === 403) told.push(`${at}: ${method} ${new URL(response.url()).pathname} is refused`);
  });
  for (const { address, isOpen } of pages) {
    at = address;
    await open(page, `/w/${workspace}/${address}`);
    const isRefused = (await page.locator("#main [data-refused]").count()) > 0;
    if (isRefused === isOpen) told.push(`${address}: declared to be ${isOpen ? "open" : "closed"}, ${isRefused ? "refused" : "shown"}`);
    if (!isRefused && presses) pressed += (await page.evaluate(PRESS_ALL)) as number;
    for (let looked = 0; looked < LOOKS && inFlight > 0; looked++) await page.waitForTimeout(LOOK_MS);
    // What stayed open, and a heading that the next refusal would have too, go with the page.
    if (!isRefused && (await page.locator(`${OPENED}:visible`).count()) === 0) continue;
    await leave(page, workspace);
  }
  return { told, pressed };
}
