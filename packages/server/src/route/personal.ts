/**
 * The one place where personal data (phone, address, name of a receiver and their like) is masked for people who may not see it: every
 * answer of a workspace on its way out, errors too; live streams and the cells of workbooks ask for the same mask. Only answers that hold
 * no bills are left as they are. Nothing stored or written to a target is touched.
 */
import {
  maskedAt,
  maskedJson,
  maskedText,
  personalFields,
  readJson,
  writeJson,
  type Connector,
  type Field,
  type IsPersonal,
} from "@datong/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { seesPersonal, type Actor } from "../access/rights.ts";
import type { Tenant } from "../documents/tenants.ts";
import type { Services } from "../services.ts";

/** What is configured, not what flows. Deny by default: another tag is masked. */
const PLAIN_TAGS: ReadonlySet<string> = new Set([
  "access",
  "alerts",
  "assets",
  "connections",
  "connectors",
  "people",
  "settings",
  "tables",
  "templates",
]);
const PLAIN_ROUTES: ReadonlySet<string> = new Set(["listFlows", "showFlow", "saveFlow", "listRevisions", "showRevision", "publishFlow"]);
/** Beside what is configured these tell of bills, or of what a vendor said. */
const TELLING_ROUTES: ReadonlySet<string> = new Set(["tryApi", "testConnection", "listAlerts", "listAudit"]);
const known = new WeakMap<Tenant, IsPersonal>();

export interface Mask {
  readonly text: (text: string) => string;
  /** What a bill has at a place. */
  readonly at: (path: string, text: string) => string;
}

const CLEAR: Mask = { text: (text) => text, at: (_path, text) => text };

/** For one who asks; nothing is masked for who may see it all. */
export async function maskFor(services: Services, actor: Actor, workspace: string): Promise<Mask> {
  return seesPersonal(actor, workspace) ? CLEAR : maskOf(await services.tenants.open(workspace));
}

/** For whoever reads it: a message that leaves the house. */
export function maskOf(tenant: Tenant): Mask {
  const isPersonal = personalOf(tenant);
  return { text: (text) => maskedText(text, isPersonal), at: (path, text) => maskedAt(path, text, isPersonal) };
}

export async function maskAnswer(services: Services, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { route } = request.routeOptions.config;
  const { workspace } = request.params as { readonly workspace?: string };
  if (route === undefined || workspace === undefined || request.actor === null) return payload;
  const isPlain = (PLAIN_TAGS.has(route.tag) && !TELLING_ROUTES.has(route.id)) || PLAIN_ROUTES.has(route.id);
  if (isPlain || seesPersonal(request.actor, workspace)) return payload;
  const text = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : "";
  const type = String(reply.getHeader("content-type") ?? "");
  if (text === "" || !/json|text|csv/.test(type)) return payload;
  // What is refused before anybody looked tells nothing, and must cost nothing.
  if (reply.statusCode === 401 || reply.statusCode === 403) return payload;
  const isPersonal = personalOf(await services.tenants.open(workspace));
  const masked = type.includes("json") ? writeJson(maskedJson(readJson(text), isPersonal)) : maskedText(text, isPersonal);
  void reply.removeHeader("content-length");
  return masked;
}

/** Which fields are personal in a workspace. */
export function personalOf(tenant: Tenant): IsPersonal {
  const found = known.get(tenant) ?? personalFields(fieldsOf(tenant.published.connectors));
  known.set(tenant, found);
  return found;
}

function fieldsOf(connectors: readonly Connector[]): readonly Field[] {
  return connectors.flatMap(({ apis }) => apis.flatMap(({ request, response }) => [...request, ...response]));
}
