/**
 * A connection's settings: checked against its connector's list and filled from the environment; its maintenance must leave it some time. Secrets may only be `${NAME}`
 * references, so that no password lies in a file that is shared. Values of secrets never appear in an issue.
 */
import {
  didYouMean,
  nearestName,
  type Connection,
  type Connector,
  type DatabaseKind,
  type ErrorCode,
  type ErrorDetails,
  type Field,
} from "@datong/core";
import type { DocumentIssue } from "./read-document.ts";
import { isReference, resolveReferences, type Environment } from "./environment.ts";

export interface ConnectionFile {
  readonly file: string;
  readonly document: Connection;
  readonly lineOf: (path: string) => number | undefined;
}

export type SettingsResult =
  { readonly kind: "ready"; readonly connection: Connection } | { readonly kind: "broken"; readonly issues: readonly DocumentIssue[] };

export function resolveSettings(from: ConnectionFile, connectors: readonly Connector[], environment: Environment): SettingsResult {
  const { document } = from;
  const issues: DocumentIssue[] = [];
  const add = (code: ErrorCode, path: string, details: ErrorDetails): void => {
    const line = from.lineOf(path);
    const at = line === undefined ? {} : { line };
    issues.push({ code, file: from.file, ...at, path, details: { connection: document.id, file: from.file, path, ...at, ...details } });
  };
  const connector = connectors.find((each) => each.system === document.system);
  if (connector === undefined) {
    const known = connectors.map((each) => each.system);
    add("CONNECTOR_UNKNOWN", "/system", {
      system: document.system,
      known: known.join(", "),
      ...didYouMean(nearestName(document.system, known)),
    });
    return { kind: "broken", issues };
  }
  const settings: Record<string, string> = {};
  for (const [name, text] of Object.entries(document.settings)) {
    const path = `/settings/${name}`;
    const field = connector.settings.find((each) => each.field === name);
    if (field === undefined) {
      const known = connector.settings.map((each) => each.field);
      add("SETTING_UNKNOWN", path, { name, system: connector.system, known: known.join(", "), ...didYouMean(nearestName(name, known)) });
      continue;
    }
    if (field.secret === true && text !== "" && !isReference(text)) {
      add("SECRET_IN_FILE", path, { name, variable: `${connector.system}_${name}`.toUpperCase().replaceAll("-", "_") });
      continue;
    }
    const resolved = resolveReferences(text, environment);
    for (const variable of resolved.missing) add("ENV_MISSING", path, { name: variable });
    if (resolved.missing.length > 0) continue;
    settings[name] = resolved.text;
    checkValue(field, resolved.text, connector.database, (code, details) => add(code, path, { name, ...details }));
  }
  for (const field of connector.settings) {
    if (field.required !== true || (settings[field.field] ?? field.default ?? "") !== "") continue;
    // A setting that is there but could not be filled has its issue already.
    if (issues.some((issue) => issue.path === `/settings/${field.field}`)) continue;
    add("SETTING_MISSING", `/settings/${field.field}`, { name: field.field, label: field.label, system: connector.system });
  }
  for (const [i, { days, from: begins, to }] of (document.maintenance ?? []).entries())
    // Of some days it is the whole day.
    if (begins === to && new Set(days ?? EVERY_DAY).size === EVERY_DAY.length)
      add("MAINTENANCE_ENDLESS", `/maintenance/${i}`, { hours: `${begins}-${to}` });
  return issues.length > 0 ? { kind: "broken", issues } : { kind: "ready", connection: { ...document, settings } };
}

/** 1 Monday to 7 Sunday. */
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

const SCHEMES: Readonly<Record<"http" | DatabaseKind, readonly string[]>> = {
  http: ["http:", "https:"],
  mysql: ["mysql:", "mariadb:"],
  postgresql: ["postgresql:", "postgres:"],
};

function checkValue(
  field: Field,
  value: string,
  database: DatabaseKind | undefined,
  add: (code: ErrorCode, details: ErrorDetails) => void,
): void {
  if (value === "") return;
  const schemes = SCHEMES[database ?? "http"];
  if (field.field === "url" && !isUrl(value, schemes))
    add("CONNECTION_URL_INVALID", { url: value, schemes: schemes.map((scheme) => `${scheme}//`).join(", ") });
  if (field.options !== undefined && !field.options.includes(value)) {
    add("SETTING_NOT_ALLOWED", { allowed: field.options.join(", "), value: field.secret === true ? "***" : value });
  }
}

function isUrl(text: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return schemes.includes(protocol) && username === "" && password === "";
}
