/**
 * Rights per flow. Whoever is limited to some flows of a workspace is let in to routes of one of these flows, and to routes that say how they
 * keep the others from him; to nothing else. A flow that is not there and one that he may not see give the same answer.
 */
import type { Tenant } from "../documents/tenants.ts";
import type { Route } from "../route/route.ts";
import type { FlowLimit } from "./rights.ts";

/** Whether a flow, by the id that people know, may be seen. */
export type Sees = (flow: string) => boolean;

export const SEES_ALL: Sees = () => true;

/** A flow's tags are those that are published; of one that never was, those of its draft. */
export function seesOf(tenant: Tenant, limit: FlowLimit): Sees {
  const ids = new Set(limit.flows);
  const tags = new Set(limit.tags);
  const tagsOf = (flow: string): readonly string[] => {
    const entry = tenant.published.flows.get(flow) ?? tenant.drafts.flows.get(flow);
    return entry?.kind === "ready" ? (entry.flow.tags ?? []) : [];
  };
  return (flow) => tenant.flows.has(flow) && (ids.has(flow) || tagsOf(flow).some((tag) => tags.has(tag)));
}

/** Deny by default: a route that says nothing about limited people is not for them. */
export function mayWithin(route: Route, params: Readonly<Record<string, string>>, sees: Sees): boolean {
  const flow = /\/flows\/:(\w+)/.exec(route.url)?.[1];
  if (flow !== undefined) return sees(params[flow] ?? "");
  return typeof route.forLimited === "function" ? route.forLimited(params, sees) : route.forLimited === true;
}
