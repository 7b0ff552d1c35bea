/** A change of what the server keeps: done, noted for workers and written into the audit log in one transaction. */
import { transaction, type Queryable } from "@datong/engine";
import type { FastifyRequest } from "fastify";
import { actorName, type Actor } from "../access/rights.ts";
import { noteDone } from "../route/idempotency.ts";
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

export interface Doer {
  readonly services: Services;
  readonly actor: Actor;
  readonly workspace: string;
  /** Of a deed that came by HTTP: with an Idempotency-Key it is noted there too. */
  readonly request?: FastifyRequest;
}

/** `work` gives its result and what is to be told of it. Secrets must not be in `before` and `after`. */
export async function perform<T>(doer: Doer, work: (client: Queryable) => Promise<readonly [T, Deed]>): Promise<T> {
  return performQuietly(doer, async (client) => {
    const done = await work(client);
    if (doer.workspace !== "") await noteChange(client, doer.workspace);
    return done;
  });
}

/** The same for what no worker need know of: nobody reads the workspace's documents anew. */
export async function performQuietly<T>(doer: Doer, work: (client: Queryable) => Promise<readonly [T, Deed]>): Promise<T> {
  return transaction(doer.services.engine.pool, async (client) => {
    const [result, deed] = await work(client);
    await noteDeed(doer, client, deed);
    return result;
  });
}

/** The deed's entry in the audit log, in the transaction of whoever does it. */
export async function noteDeed({ services, actor, workspace, request }: Doer, client: Queryable, deed: Deed): Promise<void> {
  const { before = null, after = null, name, object } = deed;
  const entry = { id: services.engine.ids.next(), workspace, actor: actorName(actor), deed: name, object, before, after };
  await addAudit(client, entry);
  if (request !== undefined) await noteDone(client, request, `${name} ${object}, ${entry.id}`);
}
