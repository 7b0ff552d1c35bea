/**
 * The folder that an import writes to, and the workspace around it. Without a workspace the folder becomes one, so that its flows can be
 * checked and previewed at once.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Api, Connector, ConnectorAddition, Field, Language } from "@datong/core";
import type { Workspace } from "@datong/engine";
import type { ImportedFlow } from "@datong/qeasy";
import { isMap, isSeq, parseDocument, stringify } from "yaml";

const LAYOUT = { lineWidth: 0, blockQuote: "literal" } as const;

export class ImportFolder {
  private readonly out: string;
  private readonly root: string;

  private constructor(out: string, root: string) {
    this.out = out;
    this.root = root;
  }

  static async open(out: string, root: string | null): Promise<ImportFolder> {
    // A workspace's own folder holds its marker; its flows lie one folder deeper.
    const dir = root !== null && root === out && existsSync(join(out, "flows")) ? join(out, "flows") : out;
    await mkdir(dir, { recursive: true });
    if (root === null) await writeFile(join(out, "workspace.yaml"), "name: qeasy-import\n", { flag: "wx" });
    return new ImportFolder(dir, root ?? out);
  }

  /** Whether an id belongs to a flow of another origin, among the workspace's flows or in this folder. */
  takenBy(flows: readonly ImportedFlow[], workspace: Workspace | undefined): (id: string) => boolean {
    const own = new Map(flows.map((flow) => [flow.id, flow]));
    return (id) => {
      const entry = workspace?.flows.get(id);
      // A number behind the name tells flows of one name apart.
      const kept = (own.get(id) ?? own.get(id.replace(/-\d+$/, "")))?.flow.qeasy;
      if (entry?.kind === "broken") return true;
      if (entry !== undefined) return !isSameOrigin(entry.flow.qeasy, kept);
      const file = join(this.out, `${id}.yaml`);
      return existsSync(file) && !isSameOrigin(keptIn(file), kept);
    };
  }

  async writeFlow(imported: ImportedFlow): Promise<string> {
    const file = join(this.out, `${imported.id}.yaml`);
    const { qeasy, ...flow } = imported.flow;
    const head = [`# ${imported.flow.name ?? imported.id}`, `# datong import qeasy ${imported.file}`].map((line) =>
      line.replaceAll("\n", " "),
    );
    const text = `${head.join("\n")}\n${stringify(qeasy === undefined ? flow : { ...flow, qeasy }, LAYOUT)}`;
    const former = existsSync(file) ? await readFile(file, "utf8") : undefined;
    if (former !== undefined && former !== text) await writeFile(`${file}.before`, former);
    await writeFile(file, text);
    for (const connection of imported.made.connections) await this.add("connections", connection.id, connection);
    for (const connector of imported.made.connectors) await this.addConnector(connector);
    return file;
  }

  private async add(folder: string, name: string, document: object): Promise<void> {
    const dir = join(this.root, folder);
    if ([".yaml", ".yml", ".json"].some((ending) => existsSync(join(dir, name + ending)))) return;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, `${name}.yaml`), stringify(document, LAYOUT), { flag: "wx" });
  }

  /** A private connector that is there gets the APIs and settings that it lacks; what it has stays as it is. */
  private async addConnector(connector: Connector | ConnectorAddition): Promise<void> {
    const name = "extends" in connector ? connector.extends : connector.system;
    const file = join(this.root, "connectors", `${name}.yaml`);
    if (!existsSync(file)) return this.add("connectors", name, connector);
    const document = parseDocument(await readFile(file, "utf8"));
    if (!isMap(document.contents)) return;
    addMissing(document, "apis", connector.apis, "code");
    addMissing(document, "settings", connector.settings ?? [], "field");
    await writeFile(file, document.toString(LAYOUT));
  }

  /** One report per language. */
  async writeReports(
    text: (language: Language, fileOf: (flow: ImportedFlow) => string) => string,
    files: ReadonlyMap<string, string>,
  ): Promise<readonly string[]> {
    const fileOf = (flow: ImportedFlow): string => files.get(flow.id) ?? flow.file;
    const written: string[] = [];
    for (const language of ["zh", "en"] as const) {
      const file = join(this.out, `migration-report.${language}.md`);
      await writeFile(file, text(language, fileOf));
      written.push(file);
    }
    return written;
  }

  /** Values that stood in parameters, for the person who imports and nobody else. */
  async writeSecrets(
    secrets: readonly ImportedFlow["secrets"][number][],
  ): Promise<{ readonly file: string; readonly count: number } | undefined> {
    const known = new Map(secrets.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
    if (known.size === 0) return undefined;
    const file = join(this.out, "qeasy-credentials.env");
    const lines = [...known].map(([name, value]) => `${name}=${/^[\w.\-/:@]*$/.test(value) ? value : JSON.stringify(value)}`);
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    return { file, count: known.size };
  }

  /** Every open point under its key, with the proposal, to be filled in. */
  async writeAnswers(file: string, flows: readonly ImportedFlow[]): Promise<void> {
    const block = (flow: ImportedFlow, indent: string): string =>
      flow.decisions
        .flatMap(({ key, zh, en, proposal }) => [
          `${indent}# ${zh} / ${en}`.replaceAll("\n", " "),
          `${indent}# ${key}: ${JSON.stringify(proposal)}`,
        ])
        .join("\n");
    const [only] = flows;
    const text =
      flows.length === 1 && only !== undefined
        ? block(only, "")
        : `schemes:\n${flows.map((flow) => `  ${flow.id}:\n${block(flow, "    ")}`).join("\n")}`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${text}\n`, { flag: "wx" });
  }
}

function addMissing(document: ReturnType<typeof parseDocument>, key: string, more: readonly (Api | Field)[], by: "code" | "field"): void {
  const own = document.get(key);
  const names = isSeq(own) ? own.items.map((item) => (isMap(item) ? item.get(by) : undefined)) : [];
  for (const each of more) {
    if (names.includes(Reflect.get(each, by))) continue;
    if (isSeq(document.get(key))) document.addIn([key], document.createNode(each));
    else document.set(key, document.createNode([each]));
  }
}

/** What a flow file keeps of its import; undefined for any other file. */
function keptIn(file: string): ImportedFlow["flow"]["qeasy"] {
  const document = parseDocument(readFileSync(file, "utf8"));
  const kept: unknown = document.errors.length > 0 ? undefined : document.toJS()?.qeasy;
  return typeof kept === "object" && kept !== null ? (kept as ImportedFlow["flow"]["qeasy"]) : undefined;
}

function isSameOrigin(a: ImportedFlow["flow"]["qeasy"], b: ImportedFlow["flow"]["qeasy"]): boolean {
  const key = (each: typeof a): string => JSON.stringify([each?.source?.metadata ?? null, each?.target?.metadata ?? null]);
  return a !== undefined && key(a) === key(b);
}
