/**
 * The files of a new connector: those of the toy, with the toy's names replaced. In: the folder's name (`my-shop`) and what people call
 * the system. Out: path below the repository to text. Pure.
 */
import { TOY_FILES } from "./connector-files.ts";

export interface NewConnector {
  /** Lower case words with hyphens. */
  readonly system: string;
  readonly nameZh: string;
  readonly nameEn: string;
}

/** Whether a name can be a system's: it names folders and, in capitals, environment variables. */
export function isSystemName(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
}

/** `my-shop` → `My Shop` */
export function titleOf(system: string): string {
  return system
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}

export function fillConnector(connector: NewConnector): ReadonlyMap<string, string> {
  const { system } = connector;
  const packageOf = (file: string): string => (file === "simulator.ts" ? "simulators" : "connectors");
  return new Map(
    Object.entries(TOY_FILES).map(([file, text]) => [`packages/${packageOf(file)}/src/${system}/${file}`, renamed(text, connector)]),
  );
}

/** One pass, so that a name that holds another of the toy's names is not replaced twice. */
function renamed(text: string, { system, nameZh, nameEn }: NewConnector): string {
  const names: Readonly<Record<string, string>> = {
    "Acme Shop": literal(nameEn),
    示例商城: literal(nameZh),
    AcmeVendor: `${titleOf(system).replaceAll(" ", "")}Vendor`,
    ACME: system.toUpperCase().replaceAll("-", "_"),
    acme: system,
  };
  return text
    .replaceAll(/^ \*\n \* Copy this file to .*\n/gm, "")
    .replaceAll(new RegExp(Object.keys(names).join("|"), "g"), (name) => names[name] ?? name);
}

/** What may stand in a text in double quotes and in a comment. */
function literal(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll("*/", "*\\/");
}
