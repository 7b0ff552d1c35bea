/**
 * Server-sent events from what is in the tables: looked at again and again, so that it does not matter which process changes them. What is
 * told is masked for who may not see personal data.
 */
import type { FastifyReply } from "fastify";
import { maskFor } from "../route/personal.ts";
import type { Call } from "../route/route.ts";

export type Tell = (event: string, data: string, id?: string) => void;

const LOOK_MS = 300;
const BEAT_MS = 15_000;

/** `look` tells what is new and gives false at the end. The stream ends too when the reader goes, the server stops, or `look` fails. */
export async function eventStream(
  { services, actor, workspace, reply }: Pick<Call<never, never, never>, "services" | "actor" | "workspace" | "reply">,
  look: (tell: Tell) => Promise<boolean>,
  everyMs: number = LOOK_MS,
): Promise<FastifyReply> {
  const gone = new AbortController();
  const mask = await maskFor(services, actor, workspace);
  reply.hijack();
  reply.raw.on("close", () => gone.abort());
  reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
  const tell: Tell = (event, data, id) => {
    reply.raw.write(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${mask.text(data)}\n\n`);
  };
  let beatAt = performance.now();
  try {
    while (!gone.signal.aborted && (await look(tell))) {
      // Somebody between us and the reader may cut a line on which nothing is said.
      if (performance.now() - beatAt > BEAT_MS) {
        reply.raw.write(": beat\n\n");
        beatAt = performance.now();
      }
      await services.engine.ports.sleep(everyMs, gone.signal);
    }
  } catch (error) {
    services.log(`events: ${String(error)}`);
  }
  reply.raw.end();
  return reply;
}
