/**
 * A connection as people give it: settings in clear. Secrets are taken out and sealed; the document that is kept names them by reference,
 * so that neither draft, revision, export nor audit log ever holds one.
 */
import { DatongError, type Connection, type Connector } from "@datong/core";

export interface SplitConnection {
  readonly document: Connection;
  /** By setting; an empty text takes a secret away. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** The name by which a setting's secret is referred to. */
export function secretName(field: string): string {
  return `SECRET_${field.replace(/\W/g, "_")}`;
}

/** `kept`: secrets that are there already; they stay where the new settings leave them out. */
export function splitConnection(given: Connection, connectors: readonly Connector[], kept: ReadonlySet<string>): SplitConnection {
  const connector = connectors.find((each) => each.system === given.system);
  if (connector === undefined)
    throw new DatongError("CONNECTOR_UNKNOWN", {
      system: given.system,
      known: connectors.map((each) => each.system).join(", "),
      meantZh: "",
      meantEn: "",
    });
  const secrets = new Map<string, string>();
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(given.settings)) {
    const field = connector.settings.find((each) => each.field === name);
    const reference = `\${${secretName(name)}}`;
    // What the connector does not know may be a secret under a wrong name: the check of the document tells of it.
    if (field !== undefined && field.secret !== true) settings[name] = literal(withoutAccount(value));
    else if (value === reference) settings[name] = reference;
    else {
      secrets.set(name, value);
      if (value !== "") settings[name] = reference;
    }
  }
  for (const { field, secret } of connector.settings)
    if (secret === true && kept.has(secretName(field)) && !secrets.has(field)) settings[field] = `\${${secretName(field)}}`;
  return { document: { ...given, settings }, secrets };
}

/** An address with a password in it is refused as it is: it would stand in clear in whatever shows the document. */
function withoutAccount(value: string): string {
  const account = /^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i.exec(value);
  if (account === null) return value;
  const url = `${account[1]}***@${value.slice(account[0].length)}`;
  throw new DatongError("CONNECTION_URL_INVALID", { connection: "", url, schemes: account[1] });
}

/** What people type is never a reference: a setting of theirs must not read a variable of ours. */
function literal(value: string): string {
  return value.replaceAll("${", "$${");
}
