/**
 * Where a person puts a run's fault right: the file of the connection whose line, log-in or answer it was, else the flow's, and the path
 * in it. A run's faults come from outside and name no place of their own.
 */
import { connectionsOf, type DatongError } from "@datong/core";
import type { OpenedFlow } from "../open-flow.ts";

export interface FaultPlace {
  readonly file: string;
  readonly path: string;
}

/** Codes whose remedy is the address of a connection. */
const ADDRESS: ReadonlySet<string> = new Set([
  "HOST_UNREACHABLE",
  "HOST_NOT_ALLOWED",
  "REPLY_IS_HTML",
  "REPLY_NOT_JSON",
  "REPLY_REDIRECTED",
  "CALL_CUT",
  "CALL_TIMED_OUT",
  "VENDOR_UNWELL",
]);
/** Codes whose remedy is who we are there. */
const ENTRY: ReadonlySet<string> = new Set(["LOGIN_FAILED", "SESSION_LOST_AGAIN", "VENDOR_FORBIDDEN"]);

/** Undefined where the fault is of the store or of the program itself. */
export function faultPlace({ workspace, flow, connections }: OpenedFlow, fault: DatongError): FaultPlace | undefined {
  if (ADDRESS.has(fault.code) || ENTRY.has(fault.code)) {
    const id = connectionsOf(flow).find((each) => isOf(workspace.connectors, connections.get(each), fault)) ?? flow.source.connection;
    const file = workspace.connections.get(id)?.file;
    return file === undefined ? undefined : { file, path: ADDRESS.has(fault.code) ? "/settings/url" : "/settings" };
  }
  if (!/^(SOURCE|VENDOR|REPLY|REQUEST|WATERMARK)_/.test(fault.code)) return undefined;
  const file = workspace.flows.get(flow.id)?.file;
  return file === undefined ? undefined : { file, path: fault.code.startsWith("SOURCE_PAGE") ? "/source/params" : "/source" };
}

type Connections = OpenedFlow["connections"];
type Connectors = OpenedFlow["workspace"]["connectors"];

/** Faults name the system as people call it, or the host. */
function isOf(connectors: Connectors, connection: ReturnType<Connections["get"]>, { details }: DatongError): boolean {
  if (connection === undefined) return false;
  const name = connectors.find((each) => each.system === connection.system)?.name.zh;
  if (details["system"] !== undefined) return details["system"] === name;
  const host = typeof details["host"] === "string" ? details["host"] : undefined;
  return host !== undefined && (connection.settings["url"] ?? "").includes(host);
}
