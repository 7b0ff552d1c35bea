/**
 * Server-sent events from what is in the tables: looked at again and again, so that it does not matter which process changes them. What is
 * told is masked for who may not see personal data.
 *
 * Who reads is asked again while the stream goes on: a key that was withdrawn, a person whose role changed, hears nothing further and, when
 * he connects again, what his rights are now. A reader that does not take what it is told is waited for, so that nothing piles up here.
 */
import { once } from "node:events";
import type { FastifyReply } from "fastify";
import { authenticate } from "../access/authenticate.ts";
import { grantIn } from "../access/rights.ts";
import { maskFor } from "../route/personal.ts";
import type { Call } from "../route/route.ts";

export type Tell = (event: string, data: string, id?: string) => void;

const LOOK_MS = 300;
const BEAT_MS = 15_000;
const RIGHTS_MS = 5_000;

type Following = Pick<Call<never, never, never>, "services" | "actor" | "workspace" | "request" | "reply">;

async function isStillLetIn({ services, actor, workspace, request }: Following): Promise<boolean> {
  const now = await authenticate(services, request);
  return now !== null && JSON.stringify(grantIn(now, workspace)) === JSON.stringify(grantIn(actor, workspace));
}

/** `look` tells what is new and gives false at the end. The stream ends too when the reader goes, the server stops, or `look` fails. */
export async function eventStream(
  call: Following,
  look: (tell: Tell) => Promise<boolean>,
  everyMs: number = LOOK_MS,
): Promise<FastifyReply> {
  const { services, actor, workspace, reply } = call;
  const gone = new AbortController();
  const mask = await maskFor(services, actor, workspace);
  reply.hijack();
  reply.raw.on("close", () => gone.abort());
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // Proxies such as nginx keep an answer back until it has grown.
    "x-accel-buffering": "no",
  });
  // The reader learns at once that he is listened to, though nothing may happen for long.
  reply.raw.flushHeaders();
  const tell: Tell = (event, data, id) => {
    reply.raw.write(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${mask.text(data)}\n\n`);
  };
  let beatAt = performance.now();
  let askedAt = beatAt;
  try {
    while (!gone.signal.aborted && (await look(tell))) {
      if (reply.raw.writableNeedDrain) await once(reply.raw, "drain", { signal: gone.signal });
      if (performance.now() - askedAt > RIGHTS_MS) {
        if (!(await isStillLetIn(call))) break;
        askedAt = performance.now();
      }
      // Somebody between us and the reader may cut a line on which nothing is said.
      if (performance.now() - beatAt > BEAT_MS) {
        reply.raw.write(": beat\n\n");
        beatAt = performance.now();
      }
      await services.engine.ports.sleep(everyMs, gone.signal);
    }
  } catch (error) {
    if (!gone.signal.aborted) services.log(`events: ${String(error)}`);
  }
  reply.raw.end();
  return reply;
}
