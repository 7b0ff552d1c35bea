/** What publishing a flow would skip, read again or delay, seen from how far the published one has been read. */
import { DatongError, DEFAULT_ZONE, scheduleChanges, type Flow, type ScheduleChange } from "@datong/core";
import { flowPosition } from "@datong/engine";
import type { Services } from "../services.ts";
import { ledgerId, type Tenant } from "./tenants.ts";

/** Empty for a flow that is published for the first time, has never run, or was not in order. */
export async function publishWarnings({ engine }: Services, tenant: Tenant, next: Flow): Promise<readonly ScheduleChange[]> {
  const published = tenant.published.flows.get(next.id);
  if (published?.kind !== "ready") return [];
  const at = await flowPosition(engine.pool, ledgerId(tenant.id, next.id));
  if (at === null || at.lastRun === null) return [];
  const system = tenant.drafts.connections.get(next.source.connection)?.document?.system;
  const zone = tenant.drafts.connectors.find((connector) => connector.system === system)?.zone ?? DEFAULT_ZONE;
  return scheduleChanges(published.flow, next, { nowMs: engine.ports.nowMs(), watermarkMs: at.watermarkAt, zone });
}

/** PUBLISH_NEEDS_CONFIRMATION with each of them. */
export class PublishUnconfirmed extends DatongError {
  readonly warnings: readonly ScheduleChange[];
  constructor(flow: string, warnings: readonly ScheduleChange[]) {
    super("PUBLISH_NEEDS_CONFIRMATION", { flow, count: warnings.length });
    this.warnings = warnings;
  }
}
