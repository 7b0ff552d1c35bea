/**
 * Sends what is due, a channel's messages one after the other and never more a minute than its service bears. What could not be sent is
 * tried again, later and later, for a day; two processes never send the same message at the same time.
 */
import type { Services } from "../services.ts";
import { findDocument } from "../store/documents.ts";
import { noteSent, noteUnsent, pruneMessages, sentLately, takeMessages, type AlertMessage } from "../store/alerts.ts";
import { openSecrets } from "../store/secrets.ts";
import type { Channel } from "./documents.ts";
import { PER_MINUTE, sendMessage } from "./send.ts";

/** Longer than a send may take. */
const LEASE_MS = 60_000;
const FIRST_WAIT_MS = 15_000;
const WAIT_MAX_MS = 3_600_000;
const ATTEMPTS_MAX = 30;
const PACE_MS = 5_000;

export async function deliver(services: Services): Promise<void> {
  const { pool, ports } = services.engine;
  for (const message of await takeMessages(pool, ports.nowMs(), LEASE_MS)) await deliverOne(services, message);
  await pruneMessages(pool, ports.nowMs());
}

async function deliverOne(services: Services, message: AlertMessage): Promise<void> {
  const { pool, ports } = services.engine;
  const channel = await openChannel(services, message.workspace, message.channel);
  if (channel === null) return noteSent(pool, message.id, ports.nowMs());
  if ((await sentLately(pool, message.workspace, message.channel, ports.nowMs())) >= PER_MINUTE[channel.kind])
    return noteUnsent(pool, message.id, ports.nowMs() + PACE_MS, "");
  const problem = await sendMessage(channel, message.body, ports.nowMs());
  if (problem === null) return noteSent(pool, message.id, ports.nowMs());
  services.log(`alert to ${message.workspace}/${message.channel}: ${problem}`);
  if (message.attempts >= ATTEMPTS_MAX) return noteSent(pool, message.id, ports.nowMs());
  return noteUnsent(pool, message.id, ports.nowMs() + Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (message.attempts - 1)), problem);
}

/** With its secrets filled in; null where it has been removed. */
export async function openChannel({ engine, masterKey }: Services, workspace: string, id: string): Promise<Channel | null> {
  const row = await findDocument(engine.pool, workspace, "channel", id);
  if (row === null) return null;
  const secrets = (await openSecrets(engine.pool, masterKey, workspace)).get(`channel:${id}`) ?? {};
  return { ...(JSON.parse(row.draft) as Channel), ...secrets };
}
