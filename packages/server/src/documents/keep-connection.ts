/** A connection as it is given, kept: its document without secrets, and the secrets sealed, in the transaction of whoever saves it. */
import type { Connection, Connector } from "@datong/core";
import type { Queryable } from "@datong/engine";
import { saveDocument } from "../store/documents.ts";
import { saveSecret, secretNames } from "../store/secrets.ts";
import { secretName, splitConnection } from "./given-connection.ts";

interface Keeping {
  readonly workspace: string;
  readonly masterKey: Buffer;
  readonly connectors: readonly Connector[];
  /** The revision that is replaced; 0: there is none. */
  readonly from: number;
  readonly by: string;
}

/** Gives the new revision, and for the audit log what was kept. */
export async function keepConnection(
  client: Queryable,
  given: Connection,
  { workspace, masterKey, connectors, from, by }: Keeping,
): Promise<{ readonly revision: number; readonly after: string }> {
  const kept = new Set((await secretNames(client, workspace, given.id)).map(({ name }) => name));
  const { document, secrets } = splitConnection(given, connectors, kept);
  const text = JSON.stringify(document, null, 2);
  const { revision } = await saveDocument(client, workspace, { kind: "connection", id: given.id, text }, { from, by, publish: true });
  for (const [name, value] of secrets)
    await saveSecret(client, masterKey, { workspace, connection: given.id, name: secretName(name) }, value);
  return { revision, after: JSON.stringify({ document, secretsChanged: [...secrets.keys()] }) };
}
