/**
 * Makes the program in one piece, `node packages/program/build.mjs`, if it is missing or older than its sources: dist/datong.js, the command
 * line with the server, and dist/bench-pair.js, the benchmark's job. Called by `npm start`, `npm test` and `npm run bench:pair`.
 *
 * Names stay as they are written (errors and logs show them), only blanks and comments go. With `DATONG_DEBUG=1` the sources run, so that an
 * error names its place there.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { PIECES, SOURCES, builtProgram } from "../cli/bin/built.js";

const ROOT = join(import.meta.dirname, "..", "..");
const DIST = join(ROOT, PIECES);
const ENTRIES = { datong: join(ROOT, "packages/cli/src/main.ts"), "bench-pair": join(ROOT, "tools/bench-pair.ts") };

/** They read files beside themselves, or are machine code: they stay where they are and are loaded from there. */
const LEFT_ALONE = ["@node-rs/argon2", "@fastify/swagger", "@fastify/swagger-ui", "@seriousme/openapi-schema-validator"];
/** They do so only for what we never ask of them (logging in a thread), or where there can be such a file. */
const HARMLESS = ["pino", "thread-stream", "undici"];
/** A process that runs may still load a part of the piece before this one. */
const KEPT_MS = 7 * 86_400_000;

async function make() {
  // One thread of each kind and memory given back at once: 0.2 s more, and 460 MB at its peak instead of 770.
  const sparing = { RAYON_NUM_THREADS: "1", ROLLDOWN_WORKER_THREADS: "1", ROLLDOWN_MAX_BLOCKING_THREADS: "1", MIMALLOC_PURGE_DELAY: "0" };
  for (const [name, value] of Object.entries({ ...sparing, MIMALLOC_ARENA_EAGER_COMMIT: "0" })) process.env[name] ??= value;
  const { rolldown } = await import("rolldown");
  // Whatever is written while it is made is younger than the piece.
  const startedAt = new Date();
  const bundle = await rolldown({
    input: ENTRIES,
    platform: "node",
    external: ["pg-native"],
    logLevel: "warn",
    plugins: [packagesLeftAlone, knownSources, ownPlace],
  });
  const { output } = await bundle.generate({
    dir: DIST,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "part-[hash].js",
    minify: { mangle: false, compress: false, codegen: true },
  });
  await bundle.close();
  for (const { code = "", fileName } of output) refuseOthersPlace(code, fileName);
  mkdirSync(DIST, { recursive: true });
  // Parts first, entries last: whoever starts meanwhile finds all that the entry names.
  for (const file of output.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)))) put(file, startedAt);
  const now = new Set(output.map((file) => file.fileName));
  for (const name of readdirSync(DIST)) {
    const path = join(DIST, name);
    if (!now.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
}

/** A package's file that names `import.meta` looks for what lies beside itself, and would look here: ours say where they lie (own-place). */
function refuseOthersPlace(code, fileName) {
  const others = code.replaceAll(/new URL\(`[^`]+`,import\.meta\.url\)\.href|createRequire\(import\.meta\.url\)/g, "");
  const at = others.indexOf("import.meta");
  if (at === -1) return;
  const around = others.slice(Math.max(0, at - 300), at + 100);
  throw new Error(
    `${fileName}: a package reads files beside itself, put it on the list LEFT_ALONE of packages/program/build.mjs: ${around}`,
  );
}

function isEntry(file) {
  return file.type === "chunk" && file.isEntry;
}

/** Beside first, then renamed: nobody reads half a file. */
function put(file, madeAt) {
  const path = join(DIST, file.fileName);
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, file.type === "chunk" ? file.code : file.source);
  utimesSync(beside, madeAt, madeAt);
  renameSync(beside, path);
}

function packageOf(path) {
  const [, inside] = path.split(`${sep}node_modules${sep}`).slice(-2);
  if (!path.includes(`${sep}node_modules${sep}`) || inside === undefined) return undefined;
  const parts = inside.split(sep);
  return parts[0].startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0];
}

/** Address of a file as the pieces name it; a folder that is moved as a whole stays right. */
function fromPieces(path) {
  return relative(DIST, path).split(sep).join("/");
}

const packagesLeftAlone = {
  name: "packages-left-alone",
  async resolveId(name, from, options) {
    if (from === undefined || name.startsWith("node:")) return null;
    // The root has the packages of ours only where everything is installed; this one always has.
    const asker = from === ENTRIES["bench-pair"] ? import.meta.filename : from;
    const found = await this.resolve(name, asker, { ...options, skipSelf: true });
    // Packages try things that may be absent; ours name what they need.
    if (found === null && !from.includes("node_modules")) return this.error(`${from} imports ${name}, which is not installed`);
    if (found === null || found.external || !LEFT_ALONE.includes(packageOf(found.id))) return found;
    return { id: fromPieces(found.id), external: true };
  },
  transform(code, id) {
    if (HARMLESS.includes(packageOf(id)) || !id.includes("node_modules")) return null;
    if (!/\b__(?:dirname|filename)\b/.test(code)) return null;
    return this.error(`${id} reads files beside itself: put ${packageOf(id)} on the list LEFT_ALONE of packages/program/build.mjs`);
  },
};

/** A source that nobody looks at would leave a stale piece running. */
const knownSources = {
  name: "known-sources",
  transform(_code, id) {
    const path = relative(ROOT, id);
    if (id.includes("node_modules") || id.startsWith("\0") || SOURCES.some((source) => path === source || path.startsWith(source + sep))) {
      return null;
    }
    return this.error(`${path} is not among SOURCES of packages/cli/bin/built.js, so a change there would not be seen`);
  },
};

/** Our files find what lies beside them (migrations, templates, the console) by `import.meta.url`, which is the piece's here. */
const ownPlace = {
  name: "own-place",
  transform: {
    filter: { code: "import.meta.url" },
    handler(code, id) {
      if (id.includes("node_modules") || id.startsWith("\0")) return null;
      return { code: code.replaceAll("import.meta.url", `new URL(${JSON.stringify(fromPieces(id))}, import.meta.url).href`) };
    },
  },
};

if (process.argv.includes("--always") || Object.keys(ENTRIES).some((name) => builtProgram(name) === undefined)) await make();
