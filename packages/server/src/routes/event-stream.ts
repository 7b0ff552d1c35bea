/** Server-sent events from what is in the tables: looked at again and again, so that it does not matter which process changes them. */
import type { FastifyReply } from "fastify";
import type { Services } from "../services.ts";

export type Tell = (event: string, data: string, id?: string) => void;

const LOOK_MS = 300;
const BEAT_MS = 15_000;

/** `look` tells what is new and gives false at the end. The stream ends too when the reader goes, the server stops, or `look` fails. */
export async function eventStream(
  services: Services,
  reply: FastifyReply,
  look: (tell: Tell) => Promise<boolean>,
  everyMs: number = LOOK_MS,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.hijack();
  reply.raw.on("close", () => gone.abort());
  reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
  const tell: Tell = (event, data, id) => {
    reply.raw.write(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`);
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
