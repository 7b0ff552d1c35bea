/**
 * Answers for people who may not see personal data: phone, address, name of a receiver and their like are masked in every answer of a
 * workspace, wherever they stand in it; only answers that hold no bills are left as they are. Nothing stored or written is touched.
 */
import { maskedJson, maskedText, personalFields, readJson, writeJson, type Connector, type Field, type IsPersonal } from "@datong/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { seesPersonal } from "../access/rights.ts";
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
const known = new WeakMap<Tenant, IsPersonal>();

export async function maskAnswer(services: Services, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { route } = request.routeOptions.config;
  const { workspace } = request.params as { readonly workspace?: string };
  if (route === undefined || workspace === undefined || request.actor === null || reply.statusCode >= 400) return payload;
  if (PLAIN_TAGS.has(route.tag) || PLAIN_ROUTES.has(route.id) || seesPersonal(request.actor, workspace)) return payload;
  const text = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : "";
  const type = String(reply.getHeader("content-type") ?? "");
  if (text === "" || !/json|text|csv/.test(type)) return payload;
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
