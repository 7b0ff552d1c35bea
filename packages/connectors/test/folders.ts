/** The connectors as the folders under src declare them, read without the generated list, so that a test sees what is really there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Api, Connector, ConnectorHead, Session } from "@datong/core";

export interface ConnectorFolder {
  readonly system: string;
  readonly connector: Connector;
  readonly session: Session | undefined;
  /** Name of the file of each API, without `.ts`, to the API. */
  readonly files: ReadonlyMap<string, Api>;
  /** File name to the text of each fixture. */
  readonly fixtures: ReadonlyMap<string, string>;
}

export async function readFolders(): Promise<readonly ConnectorFolder[]> {
  const root = new URL("../src/", import.meta.url);
  const names = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/connector.ts`, root)),
  );
  return Promise.all(names.map((entry) => readFolder(entry.name, new URL(`${entry.name}/`, root))));
}

async function readFolder(system: string, folder: URL): Promise<ConnectorFolder> {
  const { connector } = (await import(new URL("connector.ts", folder).href)) as { connector: ConnectorHead };
  const files = new Map<string, Api>();
  for (const file of readdirSync(new URL("apis/", folder)).toSorted()) {
    const { api } = (await import(new URL(`apis/${file}`, folder).href)) as { api: Api };
    files.set(file.replace(/\.ts$/, ""), api);
  }
  const sessionFile = new URL("session.ts", folder);
  const session = existsSync(sessionFile) ? ((await import(sessionFile.href)) as { session: Session }).session : undefined;
  const fixtures = new Map(
    readdirSync(new URL("fixtures/", folder)).map((file) => [file, readFileSync(new URL(`fixtures/${file}`, folder), "utf8")]),
  );
  return { system, connector: { ...connector, apis: [...files.values()] }, session, files, fixtures };
}
