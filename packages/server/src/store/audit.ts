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

export interface AuditFilter {
  /** A part of his name. */
  readonly actor?: string;
  /** A deed, or the kind of a deed: `flow` has `flow.save` too. */
  readonly deed?: string;
  /** A part of the object's id. */
  readonly object?: string;
  readonly from?: number;
  readonly to?: number;
}

/** The latest first, behind an id. */
export async function listAudit(
  client: Queryable,
  workspace: string,
  options: { readonly limit: number; readonly after?: string } & AuditFilter,
): Promise<readonly AuditEntry[]> {
  const { limit, after, actor, deed, object, from, to } = options;
  const { rows } = await client.query<AuditEntry>(
    `select id::text as id, at, actor, deed, object, before, after from audit_entry
     where workspace = $1 and ($2::bigint is null or id < $2) and ($4::text is null or strpos(lower(actor), lower($4)) > 0)
       and ($5::text is null or deed = $5 or starts_with(deed, $5 || '.')) and ($6::text is null or strpos(lower(object), lower($6)) > 0)
       and ($7::float8 is null or at >= to_timestamp($7 / 1000)) and ($8::float8 is null or at < to_timestamp($8 / 1000))
     order by audit_entry.id desc limit $3`,
    [workspace, after ?? null, limit, actor ?? null, deed ?? null, object ?? null, from ?? null, to ?? null],
  );
  return rows;
}
