/** The audit log: who did what to which object, with before and after. Written in the transaction of the deed. Instants are epoch ms. */
import type { Queryable } from "@datong/engine";

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly deed: string;
  readonly object: string;
  readonly before: string | null;
  readonly after: string | null;
}

export async function addAudit(client: Queryable, entry: Omit<AuditEntry, "at"> & { readonly workspace: string }): Promise<void> {
  await client.query("insert into audit_entry (id, workspace, actor, deed, object, before, after) values ($1, $2, $3, $4, $5, $6, $7)", [
    entry.id,
    entry.workspace,
    entry.actor,
    entry.deed,
    entry.object,
    entry.before,
    entry.after,
  ]);
}

/** The latest first, behind an id. */
export async function listAudit(
  client: Queryable,
  workspace: string,
  options: { readonly limit: number; readonly after?: string },
): Promise<readonly AuditEntry[]> {
  const { rows } = await client.query<AuditEntry>(
    `select id::text as id, at, actor, deed, object, before, after from audit_entry
     where workspace = $1 and ($2::bigint is null or id < $2) order by audit_entry.id desc limit $3`,
    [workspace, options.after ?? null, options.limit],
  );
  return rows;
}
