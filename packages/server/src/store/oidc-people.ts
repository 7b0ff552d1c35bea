/**
 * People who sign in through the identity provider. Known by issuer and subject, never by their name: a name can be given to somebody else.
 * Roles that the provider gave are replaced at each log-in; roles that an administrator gave here stay.
 */
import { randomUUID } from "node:crypto";
import { DatongError } from "@datong/core";
import type { Queryable } from "@datong/engine";
import type { OidcIdentity } from "../access/oidc.ts";

export interface SignedIn {
  readonly id: string;
  readonly name: string;
  readonly isNew: boolean;
}

/** Null for whoever has no role here any more, or is disabled: his log-ins end. Throws OIDC_NAME_TAKEN where somebody else has the name. */
export async function signInByOidc(client: Queryable, { subject, name, display, mapping }: OidcIdentity): Promise<SignedIn | null> {
  const found = (
    await client.query<{ id: string; name: string; isDisabled: boolean }>(
      `select id, name, is_disabled as "isDisabled" from person where oidc_subject = $1 for update`,
      [subject],
    )
  ).rows[0];
  const { isAdmin, roles } = mapping;
  if (found?.isDisabled === true || (found === undefined && !isAdmin && roles.size === 0)) return null;
  const id = found?.id ?? (await addOidcPerson(client, { subject, name, display, isAdmin }));
  if (found !== undefined) await client.query("update person set is_admin = $2, display = $3 where id = $1", [id, isAdmin, display]);
  await client.query("delete from member where person = $1 and is_from_oidc", [id]);
  await client.query(
    `insert into member (workspace, person, role, is_from_oidc) select w.id, $1, r.role, true
     from unnest($2::text[], $3::text[]) as r(workspace, role) join workspace w on w.id = r.workspace on conflict do nothing`,
    [id, [...roles.keys()], [...roles.values()]],
  );
  const { rows } = await client.query("select 1 from member where person = $1 limit 1", [id]);
  if (!isAdmin && rows.length === 0) {
    await client.query("delete from login where person = $1", [id]);
    return null;
  }
  return { id, name: found?.name ?? name, isNew: found === undefined };
}

async function addOidcPerson(
  client: Queryable,
  person: { readonly subject: string; readonly name: string; readonly display: string; readonly isAdmin: boolean },
): Promise<string> {
  const id = randomUUID();
  const { rowCount } = await client.query(
    "insert into person (id, name, display, is_admin, oidc_subject) values ($1, $2, $3, $4, $5) on conflict (name) do nothing",
    [id, person.name, person.display, person.isAdmin, person.subject],
  );
  if (rowCount === 0) throw new DatongError("OIDC_NAME_TAKEN", { name: person.name });
  return id;
}
