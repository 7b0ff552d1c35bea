/**
 * Builds the console into dist/, if it is missing or older than what it is made from; then judges the sizes. `node packages/designer/build.mjs`,
 * with `--always` to build in any case. Called by `npm start` and by the tests. Ends with 1 where the build fails or a budget is passed.
 */
import { readFileSync, readdirSync, existsSync, mkdirSync, statSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const HERE = import.meta.dirname;
const DIST = join(HERE, "dist");
const MANIFEST = join(DIST, ".vite", "manifest.json");
/** Shown by the console's help page. */
const HANDBOOKS = ["../../docs/handbook.md", "../../docs/handbook.zh-CN.md"];
const FIRST_SCREEN_KB = 400;
/** What a page or a part that is loaded later may add, with the table that most pages share (57). Those that need more say how much. */
const LATER_KB = 100;
const MORE_KB = {
  "src/pages/canvas.tsx": 160,
  "src/pages/flow.tsx": 190,
  "src/pages/new-flow.tsx": 210,
  "src/pages/reconcile.tsx": 130,
  "src/canvas/steps/steps-board.tsx": 110,
  "src/flow/source-view.tsx": 130,
  "src/parts/time-chart.tsx": 185,
  "pinyin-pro": 150,
};
const LOCK = `${DIST}.lock`;
const LOOK_MS = 200;
/** A build takes seconds; a lock that is this old is what a killed one left. */
const LOCK_STALE_MS = 120_000;

// A test runner says "test", with which React's development build would be taken.
process.env.NODE_ENV = "production";
await alone(async () => {
  if (process.argv.includes("--always") || isStale()) await make();
  process.exitCode = judge() ? 0 : 1;
});

/** One build at a time: tests that begin together, and a server that is started beside, want the same files. */
async function alone(work) {
  while (!tookLock()) await sleep(LOOK_MS);
  try {
    await work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function tookLock() {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const { mtimeMs } = statSync(LOCK, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs !== undefined && Date.now() - mtimeMs > LOCK_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
  return false;
}

function isStale() {
  if (!existsSync(MANIFEST)) return true;
  const madeAt = statSync(MANIFEST).mtimeMs;
  const made = ["src", "public", "index.html", "package.json", "vite.config.ts", "build.mjs", ...HANDBOOKS];
  return made.some((name) => newest(join(HERE, name)) > madeAt);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function laterKb(key) {
  return Object.entries(MORE_KB).find(([name]) => key === name || key.includes(`/${name}/`))?.[1] ?? LATER_KB;
}

/** Into a folder beside, moved at the end: a server that is running never sees half a build. */
async function make() {
  const fresh = `${DIST}.${process.pid}`;
  process.stderr.write("正在生成网页控制台 / building the console …\n");
  await build({ root: HERE, logLevel: "warn", build: { outDir: fresh, emptyOutDir: true } });
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
}

/**
 * Gzipped kilobytes: the first screen is the entry with all it imports and the overview's page; every other page counts what it adds, and a
 * part that pages load later counts what it adds to each of them.
 */
function judge() {
  const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
  const sizes = new Map();
  const size = (file) => {
    if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(DIST, file))).length / 1000);
    return sizes.get(file);
  };
  const filesOf = (key, seen = new Set()) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(chunk.file)) return seen;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
    for (const imported of chunk.imports ?? []) filesOf(imported, seen);
    return seen;
  };
  const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
  const first = filesOf("index.html");
  filesOf("src/pages/overview.tsx", first);
  const importers = (key) => Object.keys(manifest).filter((each) => manifest[each].dynamicImports?.includes(key) === true);
  // What is there already when it is loaded: whatever each of those that load it has.
  const before = (key) => {
    const lists = importers(key).map((each) => filesOf(each));
    return new Set([...first, ...[...(lists[0] ?? [])].filter((file) => lists.every((list) => list.has(file)))]);
  };
  const rows = [["first screen", total(first), FIRST_SCREEN_KB]];
  for (const [key, { isDynamicEntry }] of Object.entries(manifest))
    if (isDynamicEntry) rows.push([key, total([...filesOf(key)].filter((file) => !before(key).has(file))), laterKb(key)]);
  const over = rows.filter(([, kb, most]) => kb > most);
  for (const [name, kb, most] of over) process.stderr.write(`over budget: ${name} ${kb.toFixed(0)} kB gzip of ${most}\n`);
  if (process.argv.includes("--sizes"))
    for (const [name, kb, most] of rows) process.stdout.write(`${name.padEnd(44)} ${kb.toFixed(1).padStart(7)} of ${most} kB\n`);
  return over.length === 0;
}
