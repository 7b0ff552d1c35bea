/** The fields that a flow's target API declares: their labels help to tell which field a refusal is about. */
import { DatongError, type Field } from "@datong/core";
import { placedFlow } from "../documents/tenants.ts";
import type { Services } from "../services.ts";

/** A flow that is not in order has none to give. */
export async function targetFields({ engine, tenants }: Services, workspace: string, id: string): Promise<readonly Field[]> {
  try {
    const { flow, connections } = placedFlow(await tenants.open(workspace), id);
    return engine.ready(flow, connections).target.ready.api.request;
  } catch (error) {
    if (error instanceof DatongError) return [];
    throw error;
  }
}
