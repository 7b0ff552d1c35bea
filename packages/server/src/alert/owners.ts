/** Who is mentioned: a rule names people, or the owners of whichever flow it tells of. */
import type { Tenant } from "../documents/tenants.ts";
import type { Rule } from "./documents.ts";

/** Stands among a rule's mentions for the flow's own. */
export const OWNERS = "owners";

/** The rule with the flows' owners in their place. */
export function withOwners<R extends Rule>(tenant: Tenant, rule: R, flows: readonly string[]): R {
  if (rule.mentions?.includes(OWNERS) !== true) return rule;
  const owners = flows.flatMap((flow) => {
    const entry = tenant.published.flows.get(flow);
    return entry?.kind === "ready" ? (entry.flow.owners ?? []) : [];
  });
  return { ...rule, mentions: [...new Set(rule.mentions.flatMap((each) => (each === OWNERS ? owners : [each])))] };
}
