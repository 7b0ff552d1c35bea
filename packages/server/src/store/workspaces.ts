/** Workspaces (tenants), their members and keys. Instants are epoch ms. */
import { randomUUID } from "node:crypto";
import { DatongError } from "@datong/core";
import type { Queryable } from "@datong/engine";
import type { Actor, Role } from "../access/rights.ts";
import { GRANT_COLUMNS, grantOf, type GrantRow } from "./grants.ts";

export interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
}

export async function listWorkspaces(client: Queryable): Promise<readonly WorkspaceRow[]> {
  return (await client.query<WorkspaceRow>("select id, name from workspace order by id")).rows;
}

/** Throws NAME_TAKEN. */
export async function addWorkspace(client: Queryable, workspace: WorkspaceRow): Promise<void> {
  const { rowCount } = await client.query("insert into workspace (id, name) values ($1, $2) on conflict (id) do nothing", [
    workspace.id,
    workspace.name,
  ]);
  if (rowCount === 0) throw new DatongError("NAME_TAKEN", { name: workspace.id });
}

/** Called in the transaction of whatever changes what workers go by. */
export async function noteChange(client: Queryable, workspace: string): Promise<void> {
  await client.query("update workspace set changes = changes + 1 where id = $1", [workspace]);
}

/** Grows with every change of a document, secret or switch of a workspace; all workspaces with their stamps. */
export async function changesOf(client: Queryable): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: string; changes: string }>("select id, changes::text as changes from workspace order by id");
  return new Map(rows.map((row) => [row.id, row.changes]));
}

export interface Member extends GrantRow {
  readonly name: string;
  readonly display: string;
  readonly role: Role;
  /** By single sign-on: given anew at each log-in. */
  readonly isFromOidc: boolean;
}

export async function listMembers(client: Queryable, workspace: string): Promise<readonly Member[]> {
  const { rows } = await client.query<Member>(
    `select p.name, p.display, m.role, m.flows, m.tags, m.sees_personal as "seesPersonal", m.is_from_oidc as "isFromOidc"
     from member m join person p on p.id = m.person where m.workspace = $1 order by p.name`,
    [workspace],
  );
  return rows;
}

export async function memberRole(client: Queryable, workspace: string, name: string): Promise<Role | null> {
  const { rows } = await client.query<{ role: Role }>(
    "select m.role from member m join person p on p.id = m.person where m.workspace = $1 and p.name = $2",
    [workspace, name],
  );
  return rows[0]?.role ?? null;
}

/** False where there is no such person. */
export async function setMember(client: Queryable, workspace: string, name: string, grant: GrantRow): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into member (workspace, person, role, flows, tags, sees_personal) select $1, p.id, $3, $4, $5, $6 from person p where p.name = $2
     on conflict (workspace, person) do update set role = excluded.role, flows = excluded.flows, tags = excluded.tags,
       sees_personal = excluded.sees_personal, is_from_oidc = false`,
    [workspace, name, grant.role, grant.flows, grant.tags, grant.seesPersonal],
  );
  return (rowCount ?? 0) > 0;
}

export async function removeMember(client: Queryable, workspace: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "delete from member m using person p where p.id = m.person and m.workspace = $1 and p.name = $2",
    [workspace, name],
  );
  return (rowCount ?? 0) > 0;
}

export interface ApiKeyRow extends GrantRow {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly madeBy: string;
  readonly endsAt: number | null;
  readonly usedAt: number | null;
  /** Whoever made it is gone, disabled, or may not give its role any more: it lets nobody in until somebody takes it over. */
  readonly isOrphaned: boolean;
}

/** Throws NAME_TAKEN. */
export async function addApiKey(
  client: Queryable,
  key: Omit<ApiKeyRow, "usedAt" | "isOrphaned"> & { readonly workspace: string; readonly token: Buffer },
): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_key (id, workspace, name, token, role, scopes, made_by, ends_at, flows, tags, sees_personal)
     values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8 / 1000.0), $9, $10, $11) on conflict (workspace, name) do nothing`,
    [randomUUID(), key.workspace, key.name, key.token, key.role, key.scopes, key.madeBy, key.endsAt, key.flows, key.tags, key.seesPersonal],
  );
  if (rowCount === 0) throw new DatongError("NAME_TAKEN", { name: key.name });
}

export async function listApiKeys(client: Queryable, workspace: string, nowMs: number): Promise<readonly ApiKeyRow[]> {
  const { rows } = await client.query<ApiKeyRow>(
    `select name, ${GRANT_COLUMNS}, scopes, made_by as "madeBy", ends_at as "endsAt", used_at as "usedAt",
       not api_key_stands(id, to_timestamp($2 / 1000.0)) as "isOrphaned" from api_key where workspace = $1 order by name`,
    [workspace, nowMs],
  );
  return rows;
}

/** Makes somebody else answer for a key; gives who did before and the key's role, null where there is none. */
export async function adoptApiKey(
  client: Queryable,
  { workspace, name, madeBy }: { readonly workspace: string; readonly name: string; readonly madeBy: string },
): Promise<{ readonly madeBy: string; readonly role: Role | null } | null> {
  const { rows } = await client.query<{ madeBy: string; role: Role | null }>(
    `with former as (select id, made_by, role from api_key where workspace = $1 and name = $2 for update)
     update api_key k set made_by = $3 from former f where k.id = f.id returning f.made_by as "madeBy", f.role`,
    [workspace, name, madeBy],
  );
  return rows[0] ?? null;
}

export async function removeApiKey(client: Queryable, workspace: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query("delete from api_key where workspace = $1 and name = $2", [workspace, name]);
  return (rowCount ?? 0) > 0;
}

const NOTE_MS = 60_000;

/** Whose key it is; null when there is none, it has ended, or nobody answers for it any more. */
export async function actorOfKey(client: Queryable, token: Buffer, nowMs: number): Promise<Actor | null> {
  const { rows } = await client.query<GrantRow & { id: string; workspace: string; name: string; scopes: string[]; usedAt: number | null }>({
    name: "api_key_actor",
    text: `select id, workspace, name, ${GRANT_COLUMNS}, scopes, used_at as "usedAt" from api_key
      where token = $1 and (ends_at is null or ends_at > to_timestamp($2 / 1000.0)) and api_key_stands(id, to_timestamp($2 / 1000.0))`,
    values: [token, nowMs],
  });
  const [found] = rows;
  if (found === undefined) return null;
  const { usedAt, id, workspace, name, scopes } = found;
  if (usedAt === null || nowMs - usedAt > NOTE_MS) await client.query("update api_key set used_at = now() where id = $1", [id]);
  return { kind: "key", id, workspace, name, scopes, grant: grantOf(found) };
}
