/** People, their log-ins and the wait after failed ones. Instants are epoch ms. */
import { randomUUID } from "node:crypto";
import { DatongError } from "@datong/core";
import type { Queryable } from "@datong/engine";
import type { Actor, Grant } from "../access/rights.ts";
import { grantOf, type GrantRow } from "./grants.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly isAdmin: boolean;
  readonly isDisabled: boolean;
}

const COLUMNS = `id, name, display, is_admin as "isAdmin", is_disabled as "isDisabled"`;

/** Throws NAME_TAKEN. */
export async function addPerson(
  client: Queryable,
  person: { readonly name: string; readonly display: string; readonly password: string; readonly isAdmin: boolean },
): Promise<Person> {
  const { rows } = await client.query<Person>(
    `insert into person (id, name, display, password, is_admin) values ($1, $2, $3, $4, $5) on conflict (name) do nothing returning ${COLUMNS}`,
    [randomUUID(), person.name, person.display, person.password, person.isAdmin],
  );
  const [added] = rows;
  if (added === undefined) throw new DatongError("NAME_TAKEN", { name: person.name });
  return added;
}

export async function listPeople(client: Queryable): Promise<readonly Person[]> {
  return (await client.query<Person>(`select ${COLUMNS} from person order by name`)).rows;
}

export async function countAdmins(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ n: string }>("select count(*) as n from person where is_admin and not is_disabled");
  return Number(rows[0]?.n ?? 0);
}

export interface PersonChange {
  readonly display?: string;
  readonly password?: string;
  readonly isAdmin?: boolean;
  readonly isDisabled?: boolean;
}

/**
 * In the caller's transaction. Null where there is no such person. A new password, and being disabled, ends the person's log-ins, all but
 * `keeps`. The last administrator stays one.
 */
export async function changePerson(client: Queryable, name: string, change: PersonChange, keeps?: Buffer): Promise<Person | null> {
  // Two changes at once must not each leave the other's administrator as the last one.
  await client.query("select 1 from person where is_admin order by id for update");
  const { rows } = await client.query<Person>(
    `update person set display = coalesce($2, display), password = coalesce($3, password), is_admin = coalesce($4, is_admin),
       is_disabled = coalesce($5, is_disabled) where name = $1 returning ${COLUMNS}`,
    [name, change.display ?? null, change.password ?? null, change.isAdmin ?? null, change.isDisabled ?? null],
  );
  const [person] = rows;
  if (person === undefined) return null;
  if ((await countAdmins(client)) === 0) throw new DatongError("LAST_ADMINISTRATOR");
  if (person.isDisabled || change.password !== undefined)
    await client.query("delete from login where person = $1 and token is distinct from $2", [person.id, keeps ?? null]);
  return person;
}

export async function passwordOf(
  client: Queryable,
  name: string,
): Promise<{ readonly id: string; readonly password: string | null } | null> {
  const { rows } = await client.query<{ id: string; password: string | null }>(
    "select id, password from person where name = $1 and not is_disabled",
    [name],
  );
  return rows[0] ?? null;
}

export async function addLogin(client: Queryable, token: Buffer, person: string, endsAt: number): Promise<void> {
  await client.query("insert into login (token, person, ends_at) values ($1, $2, to_timestamp($3 / 1000.0))", [token, person, endsAt]);
}

export async function endLogin(client: Queryable, token: Buffer): Promise<void> {
  await client.query("delete from login where token = $1", [token]);
}

const NOTE_MS = 60_000;

/** Who holds this log-in; null when it has ended or has not been used for `idleMs`. Its use is noted at most once a minute. */
export async function actorOfLogin(client: Queryable, token: Buffer, nowMs: number, idleMs: number): Promise<Actor | null> {
  const { rows } = await client.query<{ id: string; name: string; isAdmin: boolean; seenAt: number; grants: string | null }>({
    name: "login_actor",
    text: `select p.id, p.name, p.is_admin as "isAdmin", l.seen_at as "seenAt",
        (select json_object_agg(m.workspace, json_build_object('role', m.role, 'flows', m.flows, 'tags', m.tags, 'seesPersonal', m.sees_personal))::text
          from member m where m.person = p.id) as grants
      from login l join person p on p.id = l.person
      where l.token = $1 and l.ends_at > to_timestamp($2 / 1000.0) and l.seen_at > to_timestamp($3 / 1000.0) and not p.is_disabled`,
    values: [token, nowMs, nowMs - idleMs],
  });
  const [found] = rows;
  if (found === undefined) return null;
  if (nowMs - found.seenAt > NOTE_MS) await client.query("update login set seen_at = now() where token = $1", [token]);
  return { kind: "person", id: found.id, name: found.name, isAdmin: found.isAdmin, grants: grantsOf(found.grants) };
}

/** Our own rows: what stands there was put there by us. */
function grantsOf(text: string | null): ReadonlyMap<string, Grant> {
  const rows = Object.entries(JSON.parse(text ?? "{}") as Record<string, GrantRow>);
  return new Map(rows.map(([workspace, row]) => [workspace, grantOf(row)]));
}

/** Seconds that these subjects (name, address) still have to wait; 0 when they need not. */
export async function waitOfLogin(client: Queryable, subjects: readonly string[], nowMs: number): Promise<number> {
  const { rows } = await client.query<{ until: number | null }>(
    "select max(wait_until) as until from login_failure where subject = any($1::text[])",
    [subjects],
  );
  return Math.max(0, Math.ceil(((rows[0]?.until ?? 0) - nowMs) / 1000));
}

/** Five are free; then 2, 4, 8 … seconds, at most a quarter of an hour. */
export async function noteFailedLogin(client: Queryable, subjects: readonly string[], nowMs: number): Promise<void> {
  await client.query(
    `insert into login_failure as f (subject, failures, wait_until) select s, 1, to_timestamp($2 / 1000.0) from unnest($1::text[]) s
     on conflict (subject) do update set
       failures = case when f.wait_until < excluded.wait_until - interval '1 hour' then 1 else f.failures + 1 end,
       wait_until = excluded.wait_until
         + case when f.failures < 5 then interval '0' else least(900, power(2, least(f.failures - 4, 10))) * interval '1 second' end`,
    [subjects, nowMs],
  );
}

export async function forgetFailedLogins(client: Queryable, subjects: readonly string[]): Promise<void> {
  await client.query("delete from login_failure where subject = any($1::text[])", [subjects]);
}

/** The link by which the first administrator is made; a new one takes the place of the former. */
export async function keepSetupLink(client: Queryable, token: Buffer, endsAt: number): Promise<void> {
  await client.query("delete from setup_link");
  await client.query("insert into setup_link (token, ends_at) values ($1, to_timestamp($2 / 1000.0))", [token, endsAt]);
}

/** True once: the link is used up. */
export async function takeSetupLink(client: Queryable, token: Buffer, nowMs: number): Promise<boolean> {
  const { rowCount } = await client.query("delete from setup_link where token = $1 and ends_at > to_timestamp($2 / 1000.0)", [
    token,
    nowMs,
  ]);
  return (rowCount ?? 0) > 0;
}
