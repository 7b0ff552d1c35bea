/**
 * Documents that a flow needs beside itself: connections that are not there yet, and connectors for what the catalogue lacks. A system
 * that the catalogue has gets its further APIs as an extension; an unknown one a connector of its own, with a plain result rule.
 */
import type { Api, Connection, Connector, ConnectorAddition, Field } from "@datong/core";
import { UNDECIDED, type SideChoice, type Work } from "./work.ts";

export interface NewDocuments {
  readonly connections: readonly Connection[];
  readonly connectors: readonly (Connector | ConnectorAddition)[];
}

export function newDocuments(work: Work, choices: readonly SideChoice[]): NewDocuments {
  const connectors = new Map<string, Connector | ConnectorAddition>();
  for (const { connector, system, systemName, data } of choices) {
    const apis = unique(work.privateApis.filter((each) => each.system === system).map((each) => each.api));
    const settings = uniqueFields(work.settings.filter((each) => each.system === system).map((each) => each.field));
    if (connector !== undefined && apis.length + settings.length > 0)
      connectors.set(system, { extends: system, apis, ...(settings.length === 0 ? {} : { settings }) });
    else if (connector === undefined && data !== undefined && apis.length > 0)
      connectors.set(system, ownConnector(system, systemName, apis, settings));
  }
  const connections = choices.flatMap((choice): readonly Connection[] => {
    const { connection, system, data } = choice;
    if (connection === "datong" || connection.startsWith(UNDECIDED) || data === undefined) return [];
    if (work.context.connections.some((each) => each.id === connection)) return [];
    return [connectionOf(work, choice, connectors.get(system))];
  });
  return { connections: [...new Map(connections.map((each) => [each.id, each])).values()], connectors: [...connectors.values()] };
}

function unique(apis: readonly Api[]): readonly Api[] {
  return [...new Map(apis.map((api) => [api.code, api])).values()];
}

function uniqueFields(fields: readonly Field[]): readonly Field[] {
  return [...new Map(fields.map((field) => [field.field, field])).values()];
}

function ownConnector(system: string, name: string, apis: readonly Api[], settings: readonly Field[]): Connector {
  return {
    system,
    version: 1,
    name: { zh: name, en: system },
    docs: [],
    settings: [{ field: "url", label: "接口地址", labelEn: "URL", required: true }, ...settings],
    auth: {},
    limits: { concurrency: 2 },
    zone: "Asia/Shanghai",
    result: { ok: [], code: ["code", "errcode", "errorCode"], message: ["message", "msg", "errmsg", "errorMsg"], faults: [] },
    apis,
  };
}

function connectionOf(
  work: Work,
  { connection, system, systemName, connector }: SideChoice,
  made: Connector | ConnectorAddition | undefined,
): Connection {
  const declared = [...(connector?.settings ?? []), ...(made?.settings ?? [])];
  const fields = declared.length === 0 ? [{ field: "url", label: "url", required: true }] : declared;
  const variable = (field: string): string => `\${${`${connection}_${snake(field)}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}}`;
  const own = work.secrets.filter((each) => each.connection === connection);
  const settings: Record<string, string> = {};
  for (const field of fields) {
    const secret = own.find((each) => each.setting === field.field);
    if (secret !== undefined) settings[field.field] = `\${${secret.name}}`;
    else if (field.required === true && (field as Field).default === undefined) settings[field.field] = variable(field.field);
  }
  // Where no secret is demanded outright, one of several ways to log in takes the first.
  const secret = (declared as readonly Field[]).filter((field) => field.secret === true);
  const [first] = secret;
  if (first !== undefined && !secret.some((field) => settings[field.field] !== undefined)) settings[first.field] = variable(first.field);
  return { id: connection, name: systemName, system, settings };
}

/** appKey → app_key */
function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
}
