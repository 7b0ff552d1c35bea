/** One POST to an address that a person has typed, outside of any connection: alerts. Guarded like connections; no redirects; bounded. */
import { request } from "undici";
import { createDispatcher } from "./http-send.ts";

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
}

const ANSWER_MAX = 64 * 1024;

/** Status and the beginning of the answer. Throws what the line says where there is none. */
export async function post(options: PostOptions): Promise<{ readonly status: number; readonly text: string }> {
  const dispatcher = createDispatcher(1, options.allowPrivate);
  try {
    const response = await request(options.url, {
      method: "POST",
      headers: options.headers,
      body: options.body,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      dispatcher,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response.body) {
      const bytes = chunk as Buffer;
      chunks.push(bytes);
      length += bytes.length;
      if (length > ANSWER_MAX) break;
    }
    return { status: response.statusCode, text: Buffer.concat(chunks).toString("utf8").slice(0, ANSWER_MAX) };
  } finally {
    await dispatcher.destroy();
  }
}
