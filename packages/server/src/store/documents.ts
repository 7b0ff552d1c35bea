/**
 * Documents of a workspace (flows, connections, private connectors, mapping tables, templates): a draft with its revision, and what is published. Every save is a
 * revision of its own; a save that began from a former one is refused. Instants are epoch ms.
 */
import { DatongError } from "@datong/core";
import type { Queryable } from "@datong/engine";

export type DocumentKind = "flow" | "connection" | "connector" | "table" | "template" | "channel" | "alert";

export interface KeptDocument {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly revision: number;
  readonly draft: string;
  readonly published: string | null;
  readonly publishedRevision: number | null;
  readonly isEnabled: boolean;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface KeptRevision {
  readonly revision: number;
  readonly note: string;
  readonly madeAt: number;
  readonly madeBy: string;
  readonly publishedAt: number | null;
}

const COLUMNS = `kind, id, revision, draft, published, published_revision as "publishedRevision", is_enabled as "isEnabled",
  changed_at as "changedAt", changed_by as "changedBy"`;

export async function listDocuments(client: Queryable, workspace: string, kind?: DocumentKind): Promise<readonly KeptDocument[]> {
  const { rows } = await client.query<KeptDocument>(
    `select ${COLUMNS} from kept_document where workspace = $1 and ($2::text is null or kind = $2) order by kind, id`,
    [workspace, kind ?? null],
  );
  return rows;
}

/** All of a workspace. Texts that stand in `known` are not sent again, and what is as it stands there is the same object. */
export async function listDocumentsAnew(
  client: Queryable,
  workspace: string,
  known: readonly KeptDocument[],
): Promise<readonly KeptDocument[]> {
  const before = new Map(known.map((document) => [`${document.kind} ${document.id}`, document]));
  // The text of a revision never changes, be it the draft or what is published.
  const { rows } = await client.query<KeptDocument & { readonly isKnown: boolean }>({
    name: "documents_anew",
    text: `select d.kind, d.id, d.revision, case when k.id is null then d.draft end as draft, case when k.id is null then d.published end as published,
        d.published_revision as "publishedRevision", d.is_enabled as "isEnabled", d.changed_at as "changedAt", d.changed_by as "changedBy",
        k.id is not null as "isKnown"
      from kept_document d left join unnest($2::text[], $3::text[], $4::int[], $5::int[]) as k(kind, id, revision, published)
        on k.kind = d.kind and k.id = d.id and k.revision = d.revision and k.published is not distinct from d.published_revision
      where d.workspace = $1 order by d.kind, d.id`,
    values: [
      workspace,
      known.map(({ kind }) => kind),
      known.map(({ id }) => id),
      known.map(({ revision }) => revision),
      known.map(({ publishedRevision }) => publishedRevision),
    ],
  });
  return rows.map(({ isKnown, ...row }) => {
    const same = isKnown ? before.get(`${row.kind} ${row.id}`) : undefined;
    if (same === undefined) return row;
    const isSame = same.isEnabled === row.isEnabled && same.changedAt === row.changedAt && same.changedBy === row.changedBy;
    return isSame ? same : { ...row, draft: same.draft, published: same.published };
  });
}

export async function findDocument(client: Queryable, workspace: string, kind: DocumentKind, id: string): Promise<KeptDocument | null> {
  const { rows } = await client.query<KeptDocument>(`select ${COLUMNS} from kept_document where workspace = $1 and kind = $2 and id = $3`, [
    workspace,
    kind,
    id,
  ]);
  return rows[0] ?? null;
}

/** The same, kept from others until the transaction ends. Throws OBJECT_UNKNOWN. */
export async function holdDocument(client: Queryable, workspace: string, kind: DocumentKind, id: string): Promise<KeptDocument> {
  const { rows } = await client.query<KeptDocument>(
    `select ${COLUMNS} from kept_document where workspace = $1 and kind = $2 and id = $3 for update`,
    [workspace, kind, id],
  );
  const [found] = rows;
  if (found === undefined) throw unknown(kind, id);
  return found;
}

const KINDS: Readonly<Record<DocumentKind, string>> = {
  flow: "方案 / flow",
  connection: "连接 / connection",
  connector: "适配器 / connector",
  table: "映射表 / table",
  template: "模板 / template",
  channel: "通知渠道 / channel",
  alert: "告警规则 / alert rule",
};

export function unknown(kind: DocumentKind, id: string): DatongError {
  return new DatongError("OBJECT_UNKNOWN", { kind: KINDS[kind], id });
}

/**
 * Saves a draft as the next revision. `from`: the revision it was made from, 0 for a new document; throws REVISION_STALE where that is no
 * longer the latest. Documents without a draft stage (connections, connectors) are published by the save.
 */
export async function saveDocument(
  client: Queryable,
  workspace: string,
  document: { readonly kind: DocumentKind; readonly id: string; readonly text: string; readonly note?: string },
  save: { readonly from: number; readonly by: string; readonly publish: boolean },
): Promise<KeptDocument> {
  const { kind, id, text } = document;
  const { from, by, publish } = save;
  const { rows } =
    from === 0
      ? await client.query<KeptDocument>(
          `insert into kept_document (workspace, kind, id, revision, draft, published, published_revision, changed_by)
           select $1, $2, $3, n, $4, case when $5 then $4::text end, case when $5 then n end, $6
           from (select coalesce(max(revision), 0) + 1 as n from kept_revision where workspace = $1 and kind = $2 and id = $3) next
           on conflict do nothing returning ${COLUMNS}`,
          [workspace, kind, id, text, publish, by],
        )
      : await client.query<KeptDocument>(
          `update kept_document set revision = revision + 1, draft = $4, published = case when $5 then $4::text else published end,
             published_revision = case when $5 then revision + 1 else published_revision end, changed_at = now(), changed_by = $6
           where workspace = $1 and kind = $2 and id = $3 and revision = $7 returning ${COLUMNS}`,
          [workspace, kind, id, text, publish, by, from],
        );
  const [saved] = rows;
  if (saved === undefined) {
    const now = await findDocument(client, workspace, kind, id);
    if (now === null) throw unknown(kind, id);
    throw new DatongError("REVISION_STALE", { id, now: now.revision, given: from });
  }
  await client.query(
    `insert into kept_revision (workspace, kind, id, revision, text, note, made_by, published_at)
     values ($1, $2, $3, $4, $5, $6, $7, case when $8 then now() end)`,
    [workspace, kind, id, saved.revision, text, document.note ?? "", by, publish],
  );
  return saved;
}

/** What is published from now on: the text of one of its revisions. */
export async function publishRevision(
  client: Queryable,
  workspace: string,
  at: { readonly kind: DocumentKind; readonly id: string; readonly revision: number; readonly text: string },
): Promise<void> {
  const { kind, id, revision, text } = at;
  await client.query(
    "update kept_document set published = $5, published_revision = $4, changed_at = now() where workspace = $1 and kind = $2 and id = $3",
    [workspace, kind, id, revision, text],
  );
  await client.query("update kept_revision set published_at = now() where workspace = $1 and kind = $2 and id = $3 and revision = $4", [
    workspace,
    kind,
    id,
    revision,
  ]);
}

export async function switchDocument(
  client: Queryable,
  workspace: string,
  at: { readonly kind: DocumentKind; readonly id: string; readonly isEnabled: boolean },
): Promise<void> {
  await client.query("update kept_document set is_enabled = $4 where workspace = $1 and kind = $2 and id = $3", [
    workspace,
    at.kind,
    at.id,
    at.isEnabled,
  ]);
}

/** Its revisions stay: who made it and what it said can be told for ever. */
export async function removeDocument(client: Queryable, workspace: string, kind: DocumentKind, id: string): Promise<void> {
  await client.query("delete from kept_document where workspace = $1 and kind = $2 and id = $3", [workspace, kind, id]);
  if (kind === "connection") await client.query("delete from connection_secret where workspace = $1 and connection = $2", [workspace, id]);
}

/** The latest first. */
export async function listRevisions(
  client: Queryable,
  workspace: string,
  kind: DocumentKind,
  id: string,
): Promise<readonly KeptRevision[]> {
  const { rows } = await client.query<KeptRevision>(
    `select revision, note, made_at as "madeAt", made_by as "madeBy", published_at as "publishedAt" from kept_revision
     where workspace = $1 and kind = $2 and id = $3 order by revision desc`,
    [workspace, kind, id],
  );
  return rows;
}

export async function revisionText(
  client: Queryable,
  workspace: string,
  at: { readonly kind: DocumentKind; readonly id: string; readonly revision: number },
): Promise<string | null> {
  const { rows } = await client.query<{ text: string }>(
    "select text from kept_revision where workspace = $1 and kind = $2 and id = $3 and revision = $4",
    [workspace, at.kind, at.id, at.revision],
  );
  return rows[0]?.text ?? null;
}
