/**
 * The house rules that neither the compiler nor the linter knows, as pure functions: a file in, findings out.
 * A finding says what to do instead. (The linter has: any, ts-ignore, default export, cycles, eval, 400 lines, 70 lines a function.)
 */
import { codeOnly, importsOf, lineAt } from "./source-text.ts";

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface PackageRule {
  /** Packages of ours that `src` may import, without the scope. */
  readonly src: readonly string[];
  /** Further ones that `test` may import. */
  readonly test: readonly string[];
  /** May `src` import npm packages that its package.json names? */
  readonly npm: boolean;
}

const SCOPE = "@datong/";
const ALL = ["core", "connectors", "engine", "qeasy", "simulators", "testkit", "server", "designer", "cli"];

/** Who may import whom. simulators imports nothing of ours, so that a misread vendor document cannot agree with itself. */
export const PACKAGES: Readonly<Record<string, PackageRule>> = {
  core: { src: [], test: ["core", "testkit"], npm: true },
  connectors: { src: ["core"], test: ["connectors", "engine", "simulators", "testkit"], npm: false },
  engine: { src: ["core"], test: ["engine", "connectors", "simulators", "testkit"], npm: true },
  qeasy: { src: ["core"], test: ["qeasy", "connectors", "engine"], npm: false },
  simulators: { src: [], test: ["simulators"], npm: false },
  testkit: { src: ["core", "connectors", "engine", "simulators"], test: ALL, npm: true },
  server: {
    src: ["core", "connectors", "engine", "qeasy"],
    test: ["core", "connectors", "engine", "qeasy", "server", "simulators", "testkit"],
    npm: true,
  },
  // The browser speaks to the API alone; of core it takes the shapes of documents, no code.
  designer: { src: ["core"], test: ["designer", "server", "simulators", "testkit"], npm: true },
  cli: { src: ["core", "connectors", "engine", "qeasy", "simulators", "server"], test: ALL, npm: true },
};

/** Import direction, doors, declared dependencies. `declared` are the npm packages of the file's package.json (and, for tests, the root's). */
export function importFindings(file: SourceFile, declared: ReadonlySet<string>): readonly Finding[] {
  const [, name = "", area = ""] = file.path.split("/");
  const rule = PACKAGES[name];
  if (rule === undefined)
    return [at(file, 1, `package ${name} is unknown: add it to PACKAGES in tools/tidy/rules.ts with what it may import`)];
  return importsOf(file.text).flatMap(({ specifier, line }) => {
    const message = importMessage(file.path, specifier, { name, area, rule, declared });
    return message === undefined ? [] : [at(file, line, `${specifier}: ${message}`)];
  });
}

interface Place {
  readonly name: string;
  readonly area: string;
  readonly rule: PackageRule;
  readonly declared: ReadonlySet<string>;
}

function importMessage(path: string, specifier: string, place: Place): string | undefined {
  const { name, area, rule, declared } = place;
  if (specifier.startsWith(".")) {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    // A generator's tests lie with what it generates.
    if (area === "test" && target.startsWith("tools/")) return undefined;
    if (!target.startsWith(`packages/${name}/`)) return `leaves the package; import by name, ${SCOPE}<package>`;
    if (area === "src" && !target.startsWith(`packages/${name}/src/`)) return "src must not import tests";
    return undefined;
  }
  if (specifier.startsWith(SCOPE)) {
    const [target = "", ...deeper] = specifier.slice(SCOPE.length).split("/");
    if (deeper.length > 0) return `goes past the package's door; import from ${SCOPE}${target} and export it there`;
    const allowed = area === "src" ? rule.src : [...rule.src, ...rule.test];
    return allowed.includes(target)
      ? undefined
      : `${name}/${area} may import ${allowed.join(", ") || "nothing of ours"}; see docs/adr/0001-packages.md`;
  }
  if (/^(node:)?vm$/.test(specifier)) return "no code is evaluated from text, ever";
  if (specifier.startsWith("node:")) return undefined;
  // Made by the console's build, from files that the console names in vite.config.ts.
  if (name === "designer" && specifier.startsWith("virtual:")) return undefined;
  if (area === "src" && !rule.npm) return `${name} has no npm dependencies; write it here or in core`;
  const npmName = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  return declared.has(npmName)
    ? undefined
    : `not declared in packages/${name}/package.json (a new dependency needs a line in docs/adr/0003-runtime-dependencies.md)`;
}

const BANNED = /^(utils?|common|helpers?|misc|shared|base|managers?|types)$/;
const BANNED_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z]*[Ss]ink[A-Z]?\w*\b/, "say target"],
  [/\b(?:mock|Mock)[A-Z_]?\w*\b/, "say simulator (a vendor) or fake (a port)"],
];

/** Folder and file names that hide what is inside, and words that the glossary replaces. */
export function nameFindings(file: SourceFile): readonly Finding[] {
  const bad = file.path.split("/").find((part) => BANNED.test(part.replace(/(\.test)?\.[a-z]+$/, "")));
  const named = bad === undefined ? [] : [at(file, 1, `the name ${bad} says nothing; name it after what it holds`)];
  return [...named, ...patternFindings(file, BANNED_WORDS)];
}

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, "take the time as a parameter (now: epoch ms)"],
  [/\bnew Date\(\s*\)/, "take the time as a parameter (now: epoch ms)"],
  [/\bMath\.random\b/, "take randomness as a parameter"],
  [/\basync\b|\bawait\b/, "core and connectors decide and never wait; put it into the engine"],
];

/** core and connectors are functions of their arguments. */
export function purityFindings(file: SourceFile): readonly Finding[] {
  return /^packages\/(core|connectors|qeasy)\/src\//.test(file.path) ? patternFindings(file, IMPURE) : [];
}

/** A src file opens with a doc comment. */
export function docCommentFindings(file: SourceFile): readonly Finding[] {
  const opens = /^(#![^\n]*\n)?\/\*\*\s*\S/.test(file.text);
  return opens ? [] : [at(file, 1, "open the file with a doc comment: what it is, units, faults, why")];
}

/** Leftovers and swallowed errors. */
export function leftoverFindings(file: SourceFile): readonly Finding[] {
  const words = patternIn(file, file.text, [[/\b(?:TODO|FIXME|XXX)\b/, "do it now, or write it into the issue tracker"]]);
  const swallowed = patternFindings(file, [
    [/\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}/, "an error is handled or passed on, never swallowed"],
    [/\.catch\(\(\w*\)\s*=>\s*(?:\{\s*\}|undefined|null|\[\])\)/, "an error is handled or passed on, never swallowed"],
    [/^\s*(?:export\s+)?(?:const\s+)?enum\s/m, "use a union of strings"],
  ]);
  return [...words, ...swallowed];
}

/**
 * A skip needs a reason that the test run prints: `skip(condition, "why")` on the test's context.
 * `test.skip`, `skipIf` and `runIf` cannot carry one.
 */
export function skipFindings(file: SourceFile): readonly Finding[] {
  const instead = 'take the context, ({ skip }) => { skip(condition, "why"); … }, so that the reason is printed';
  return patternFindings(file, [
    [/\b(?:test|it|describe)(?:\.\w+)*\.(?:only|todo)\b/, "no test is narrowed or left to do"],
    [/\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|skipIf|runIf)\b/, instead],
    [/\bskip\(\s*\)/, instead],
  ]);
}

/** Headings and code blocks of two languages of one document agree. */
export function pairFindings(one: SourceFile, other: SourceFile): readonly Finding[] {
  const [a, b] = [outlineOf(one.text), outlineOf(other.text)];
  const findings: Finding[] = [];
  if (a.headings.join() !== b.headings.join()) {
    findings.push(
      at(
        other,
        1,
        `has ${b.headings.length} headings (levels ${b.headings.join("")}), ${one.path} has ${a.headings.length} (${a.headings.join("")}); keep both alike`,
      ),
    );
  }
  const count = Math.max(a.blocks.length, b.blocks.length);
  for (let i = 0; i < count; i += 1) {
    if (a.blocks[i]?.code !== b.blocks[i]?.code) {
      findings.push(
        at(other, b.blocks[i]?.line ?? 1, `code block ${i + 1} differs from that of ${one.path}; commands must be the same in both`),
      );
      break;
    }
  }
  return findings;
}

function outlineOf(text: string): { headings: readonly number[]; blocks: readonly { code: string; line: number }[] } {
  // Comments in code blocks may be translated: lines that begin with # do not count.
  const blocks = [...text.matchAll(/^```(?!mermaid)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => ({
    code: (match[1] ?? "")
      .replace(/(^|\s)#.*$/gm, "$1")
      .replace(/\s+/g, " ")
      .trim(),
    line: lineAt(text, match.index),
  }));
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  return { headings: [...prose.matchAll(/^(#+) /gm)].map((match) => (match[1] ?? "").length), blocks };
}

/** Code names of the glossary (first column, in backticks) that nothing in the sources is called. */
export function glossaryFindings(glossary: SourceFile, sources: readonly SourceFile[]): readonly Finding[] {
  const names = new Set<string>();
  for (const { path, text } of sources) {
    for (const part of path.split("/")) names.add(plain(part.replace(/\.ts$/, "")));
    for (const match of codeOnly(text).matchAll(/\b(?:const|function|class|interface|type)\s+(\w+)|\breadonly\s+(\w+)/g))
      names.add(plain(match[1] ?? match[2] ?? ""));
    for (const match of text.matchAll(/"([a-z][a-z-]*)"/g)) names.add(plain(match[1] ?? ""));
  }
  const all = [...names];
  return glossary.text.split("\n").flatMap((line, index) => {
    const cell = /^\|([^|]*)\|/.exec(line)?.[1] ?? "";
    return [...cell.matchAll(/`([^`]+)`/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => !all.some((known) => known.includes(plain(name))))
      .map((name) => at(glossary, index + 1, `nothing in packages/*/src is called ${name}; rename the term or the code`));
  });
}

function plain(name: string): string {
  return name.replace(/[^a-zA-Z0-9]/g, "").toLowerCase();
}

function patternFindings(file: SourceFile, patterns: readonly (readonly [RegExp, string])[]): readonly Finding[] {
  return patternIn(file, codeOnly(file.text), patterns);
}

function patternIn(file: SourceFile, code: string, patterns: readonly (readonly [RegExp, string])[]): readonly Finding[] {
  return patterns.flatMap(([pattern, message]) =>
    [...code.matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`))].map((match) =>
      at(file, lineAt(code, match.index), `${match[0].trim()}: ${message}`),
    ),
  );
}

function at(file: SourceFile, line: number, message: string): Finding {
  return { path: file.path, line, message };
}
