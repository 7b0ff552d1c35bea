/**
 * The door of the repository: `node tools/bootstrap.mjs <command> [arguments]`, which every npm script goes through.
 *
 * Installs what the command needs if it is not there yet, finds a Node that is new enough and runs the command with it.
 * Plain JavaScript in the syntax of Node 18, with nothing but Node: it runs on a bare clone. Says what it does on stderr
 * only, because stdout belongs to the command (`npm run demo -- --json`).
 *
 * `--words <command> [arguments]` makes ready and prints the program's words, one a line, instead of running it: tools/door.sh
 * becomes that program, so that no second Node (70 MB, all the while) waits for it.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtProgram } from "../packages/cli/bin/built.js";
import { HEAP_FLAGS, bundledNodeFits, findNode, isNewEnough, nodeMissingText, runNode } from "../packages/cli/bin/launch.js";

const ROOT = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const STAMP = join(ROOT, "node_modules", ".datong-install.json");
const LOCK = join(ROOT, ".install.lock");
const LOCK_BEAT_MS = 2_000;
const LOCK_STALE_MS = 20_000;

/** Two retries within ten seconds, for npx and for pnpm; npm's own default lets a person without a network wait for 70 s. */
const RETRIES = Object.fromEntries(
  ["npm_config_", "pnpm_config_"].flatMap((prefix) => [
    [`${prefix}fetch_retries`, "2"],
    [`${prefix}fetch_retry_factor`, "3"],
    [`${prefix}fetch_retry_mintimeout`, "2000"],
  ]),
);

/**
 * `needs: "cli"` installs what the command line program needs to run, `console` also what builds the console, `all` everything.
 * `program` is run by Node in the root's paths; `builds` brings the console and the program in one piece up to date before it.
 */
const NEEDS = ["cli", "console", "all"];
const COMMANDS = {
  start: { needs: "console", builds: ["console", "program"], program: ["packages/cli/bin/datong.js", "serve"] },
  demo: { needs: "cli", program: ["packages/cli/bin/datong.js", "demo"] },
  datong: { needs: "cli", program: ["packages/cli/bin/datong.js"] },
  test: { needs: "all", builds: ["program"], program: ["tools/test.ts"] },
  soak: { needs: "all", builds: ["program"], program: ["tools/soak.ts"] },
  check: { needs: "all", program: ["tools/check.ts"] },
  gen: { needs: "all", program: ["tools/gen.ts"] },
  "bench:pair": { needs: "all", builds: ["program"], program: ["tools/bench-pair.mjs"] },
  format: { needs: "all", program: ["node_modules/prettier/bin/prettier.cjs", "--write", "."] },
};

/** What can be made, each where it is missing or older than its sources, and what there is without it. */
const BUILDS = {
  console: {
    file: join("packages", "designer", "build.mjs"),
    without: "网页控制台没有生成成功，原因见上；服务照常启动 / the console could not be built, see above; the server starts all the same",
  },
  program: {
    file: join("packages", "program", "build.mjs"),
    without:
      "程序没有合成一个文件，原因见上；直接运行源码，启动稍慢 / the program could not be put into one piece, see above; its sources run, and start a little slower",
  },
};

const wordsOnly = process.argv[2] === "--words";
const [commandName, ...commandArguments] = process.argv.slice(wordsOnly ? 3 : 2);
await start(commandName, commandArguments);

async function start(name, rest) {
  const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : undefined;
  if (command === undefined) {
    say(`用法 / usage: node tools/bootstrap.mjs <${Object.keys(COMMANDS).join("|")}> [...]`);
    process.exit(2);
  }
  // Before the installation: there is no point in waiting for it on a machine where the end is known.
  if (!isNewEnough(process.versions.node) && !bundledNodeFits()) endWithoutNode();
  await install(command.needs);
  const node = findNode(ROOT);
  if (node === undefined) endWithoutNode();
  if (!rest.includes("--help")) for (const part of command.builds ?? []) await build(node, part);
  const [file, ...first] = command.program;
  if (wordsOnly) {
    process.stdout.write([node, ...HEAP_FLAGS, join(ROOT, file), ...first].join("\n"));
    return;
  }
  const path = [join(ROOT, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  runNode(node, [join(ROOT, file), ...first, ...rest], { env: { ...process.env, PATH: path } });
}

function endWithoutNode() {
  process.stderr.write(nodeMissingText());
  process.exit(1);
}

/** Only what is missing or older than its sources. A build that fails is told and no end. */
async function build(node, part) {
  if (part === "program" && builtProgram("datong") !== undefined && builtProgram("bench-pair") !== undefined) return;
  const { code, output } = await collect(node, [join(ROOT, BUILDS[part].file)], process.env);
  if (code === 0) {
    if (output !== "") process.stderr.write(output);
    return;
  }
  say(output.trim().split("\n").slice(-15).join("\n"));
  say(BUILDS[part].without);
}

/** Installs unless the stamp says that the same lockfile and manifests are installed already, for this need or a wider one. */
async function install(needs) {
  const hash = hashOfManifests();
  if (isInstalled(needs, hash)) return;
  await withLock(async () => {
    if (isInstalled(needs, hash)) return; // Another process has done it while this one waited.
    // Whoever had everything keeps everything: a partial installation must not take a developer's tools away.
    const wanted = NEEDS[Math.max(NEEDS.indexOf(readStamp()?.needs), NEEDS.indexOf(needs))];
    const startedAt = Date.now();
    say(
      wanted !== "all"
        ? "正在安装运行所需的依赖 / installing what the program needs …"
        : "正在安装全部依赖 / installing all dependencies …",
    );
    rmSync(STAMP, { force: true });
    await runPnpm(wanted);
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, JSON.stringify({ needs: wanted, hash }) + "\n");
    say(`依赖已就绪 / dependencies ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  });
}

/** Of the lockfile, the workspace settings and what the manifests say about dependencies; a changed script installs nothing anew. */
function hashOfManifests() {
  const hash = createHash("sha256");
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(ROOT, name))).update("\0");
  const folders = readdirSync(join(ROOT, "packages")).sort();
  for (const file of ["package.json", ...folders.map((folder) => join("packages", folder, "package.json"))]) {
    if (!existsSync(join(ROOT, file))) continue;
    const { packageManager, bin, dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
    hash.update(JSON.stringify([file, packageManager, bin, dependencies, devDependencies, optionalDependencies]));
  }
  return hash.digest("hex");
}

function isInstalled(needs, hash) {
  const stamp = readStamp();
  return stamp !== undefined && stamp.hash === hash && NEEDS.indexOf(stamp.needs) >= NEEDS.indexOf(needs);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return undefined; // Never installed, or cut off while writing: both mean "install".
  }
}

/** Runs pnpm through npx. Its output is kept back and shown only if it fails. */
async function runPnpm(needs) {
  const manager = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager;
  const parts = {
    cli: ["--filter", "@datong/cli...", "--filter", "datong", "--prod"],
    console: ["--filter", "@datong/program...", "--filter", "@datong/designer", "--filter", "datong", "--prod"],
    all: [],
  }[needs];
  const args = ["--yes", manager, ...parts, "install", "--frozen-lockfile", "--ignore-scripts", "--reporter=append-only"];
  // CI=true: never ask a question. Log level: the repository's .npmrc silences npm, and here its errors are wanted.
  // pm_on_fail=ignore: npx has just brought the version that package.json names; pnpm need not look after its own version too,
  // which would also want a record of itself in the lockfile. minimum_release_age=0: else pnpm asks the registry for the age of
  // every package of the lockfile, whose hashes we have pinned; with a registry that throttles it took 68 s instead of 4.
  const env = {
    ...process.env,
    CI: "true",
    npm_config_loglevel: "error",
    pnpm_config_pm_on_fail: "ignore",
    pnpm_config_minimum_release_age: "0",
    ...RETRIES,
  };
  const { code, output } = await collect("npx", args, env);
  if (code !== 0) {
    say(reasonOf(output));
    process.exit(1);
  }
}

function collect(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: `${output}\n${command}: ${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** One plain sentence in each language for a failed installation. */
function reasonOf(output) {
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|SOCKET_TIMEOUT|META_FETCH_FAIL|ERR_PNPM_FETCH|network|dns error|error sending request/i.test(
      output,
    )
  ) {
    return [
      "安装失败：连不上 npm 软件源。请检查网络或代理；国内可用镜像：npm_config_registry=https://registry.npmmirror.com npm run …",
      "Installation failed: the npm registry cannot be reached. Check the network or proxy, or set npm_config_registry to a mirror.",
    ].join("\n");
  }
  if (/FROZEN_LOCKFILE|OUTDATED_LOCKFILE/.test(output)) {
    return [
      "安装失败：pnpm-lock.yaml 与 package.json 不一致。请运行 npx pnpm install 并提交锁文件。",
      "Installation failed: pnpm-lock.yaml does not match package.json. Run `npx pnpm install` and commit the lockfile.",
    ].join("\n");
  }
  return `${output.trim().split("\n").slice(-15).join("\n")}\n安装失败，原因见上。\nInstallation failed; the reason stands above.`;
}

/** One installation at a time per clone. A lock whose holder died is taken over: the holder touches it every two seconds. */
async function withLock(work) {
  let told = false;
  while (!tryLock()) {
    if (!told) say("另一个进程正在安装，请稍候 / another process is installing, waiting …");
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const beat = setInterval(() => {
    if (existsSync(LOCK)) utimesSync(LOCK, new Date(), new Date());
  }, LOCK_BEAT_MS);
  const free = () => rmSync(LOCK, { force: true });
  process.once("exit", free);
  const endBySignal = (signal) => process.exit(signal === "SIGINT" ? 130 : 143);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, endBySignal);
  try {
    await work();
  } finally {
    clearInterval(beat);
    free();
    process.off("exit", free);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, endBySignal);
  }
}

function tryLock() {
  try {
    writeFileSync(LOCK, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const touchedAt = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
  if (touchedAt !== undefined && Date.now() - touchedAt > LOCK_STALE_MS) {
    // Renamed first, so that of two that find it stale only one clears it away.
    const aside = `${LOCK}.${process.pid}`;
    try {
      renameSync(LOCK, aside);
      rmSync(aside, { force: true });
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  return false;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
