/** A change of what the server keeps: done, noted for workers and written into the audit log in one transaction. */
import { transaction, type Queryable } from "@datong/engine";
import { actorName, type Actor } from "../access/rights.ts";
import type { Services } from "../services.ts";
import { addAudit } from "../store/audit.ts";
import { noteChange } from "../store/workspaces.ts";

export interface Deed {
  /** Such as `flow.publish`. */
  readonly name: string;
  readonly object: string;
  readonly before?: string | null;
  readonly after?: string | null;
}

/** `work` gives its result and what is to be told of it. Secrets must not be in `before` and `after`. */
export async function perform<T>(
  { services, actor, workspace }: { readonly services: Services; readonly actor: Actor; readonly workspace: string },
  work: (client: Queryable) => Promise<readonly [T, Deed]>,
): Promise<T> {
  const { pool, ids } = services.engine;
  return transaction(pool, async (client) => {
    const [result, deed] = await work(client);
    const { before = null, after = null } = deed;
    await addAudit(client, { id: ids.next(), workspace, actor: actorName(actor), deed: deed.name, object: deed.object, before, after });
    if (workspace !== "") await noteChange(client, workspace);
    return result;
  });
}
