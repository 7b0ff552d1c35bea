/**
 * COPY in both directions over a connection of `pg`, as byte chunks with back-pressure.
 *
 * `pg` hands every message of a query to the object that submitted it; COPY needs an object of its own, because the driver's Query
 * throws copy data away. The messages used here are those of PostgreSQL's protocol 3, unchanged since 7.4.
 */
import type { Duplex } from "node:stream";
import type pg from "pg";

/** What the driver's connection offers beyond its typings. */
interface Wire {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

type Submits = pg.Submittable & object;

/** Chunks that may wait for their reader before the server is made to wait. */
const WAITING_MAX = 64;

/** The rows of `copy … to stdout`, as the server cuts them; returns how many there were. */
export async function* copyOut(client: pg.ClientBase, sql: string): AsyncGenerator<Buffer, number> {
  const waiting: Buffer[] = [];
  let wire: Wire | undefined;
  const end: { isReached: boolean; error: Error | null } = { isReached: false, error: null };
  let wake: () => void = () => undefined;
  let rows = 0;
  const query = {
    submit: (connection: unknown): void => {
      wire = connection as Wire;
      wire.query(sql);
    },
    handleCopyData: ({ chunk }: { readonly chunk: Buffer }): void => {
      // The parser's buffer is used again for what comes next.
      waiting.push(Buffer.from(chunk));
      if (waiting.length >= WAITING_MAX) wire?.stream.pause();
      wake();
    },
    handleCommandComplete: ({ text }: { readonly text: string }): void => {
      rows = rowsOf(text);
    },
    handleReadyForQuery: (): void => {
      end.isReached = true;
      wake();
    },
    handleError: (error: Error): void => {
      end.error = error;
      wake();
    },
  };
  client.query(query as unknown as Submits);
  try {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk !== undefined) yield chunk;
      else if (end.error !== null) throw end.error;
      else if (end.isReached) return rows;
      else {
        wire?.stream.resume();
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    wire?.stream.resume();
  }
}

/** Feeds `copy … from stdin`; gives the number of rows that the server took. A failing source is told to the server and thrown. */
export async function copyIn(client: pg.ClientBase, sql: string, chunks: AsyncIterable<Buffer>): Promise<number> {
  let rows = 0;
  await new Promise<void>((resolve, reject) => {
    let failure: Error | undefined;
    const query = {
      submit: (connection: unknown): void => (connection as Wire).query(sql),
      handleCopyInResponse: (connection: unknown): void => {
        const wire = connection as Wire;
        void feed(wire, chunks, () => failure !== undefined).then(
          () => failure === undefined && wire.endCopyFrom(),
          (error: unknown) => {
            const reason = error instanceof Error ? error : new Error(String(error));
            if (failure === undefined) wire.sendCopyFail(reason.message);
            // The server's complaint about the broken copy comes next; the cause is the source's.
            failure = reason;
          },
        );
      },
      handleCommandComplete: ({ text }: { readonly text: string }): void => {
        rows = rowsOf(text);
      },
      handleReadyForQuery: (): void => (failure === undefined ? resolve() : reject(failure)),
      handleError: (error: Error): void => {
        failure ??= error;
        // The driver is ready for the next query after an error too, but tells a query of this kind only the error.
        reject(failure);
      },
    };
    client.query(query as unknown as Submits);
  });
  return rows;
}

async function feed(wire: Wire, chunks: AsyncIterable<Buffer>, stopped: () => boolean): Promise<void> {
  for await (const chunk of chunks) {
    if (stopped()) return;
    wire.sendCopyFromChunk(chunk);
    if (wire.stream.writableNeedDrain) await drained(wire.stream);
  }
}

/** Until the connection takes more. One that breaks never drains; the query fails by itself. */
async function drained(stream: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function rowsOf(commandTag: string): number {
  return Number(/^COPY (\d+)/.exec(commandTag)?.[1] ?? 0);
}
