/** A line to a server that a test can cut: it passes everything on, until it hears a word that it is told to cut at, once. */
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from "node:net";

export interface CutLine {
  readonly port: number;
  /** The next time that the client says `word`, having said `after`, the server hears it and the client hears nothing more. */
  readonly cutAt: (after: string, word: string) => void;
  readonly close: () => Promise<void>;
}

export async function cutLine(target: NetConnectOpts): Promise<CutLine> {
  let words: readonly string[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const other = connect(target);
    for (const socket of [client, other]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
    let isCut = false;
    client.on("close", () => other.destroy());
    other.on("close", () => client.destroy());
    client.on("data", (part: Buffer) => {
      if (words[0] !== undefined && part.includes(words[0])) {
        words = words.slice(1);
        isCut = words.length === 0;
      }
      other.write(part);
    });
    // Cut once the server has answered, so that it has acted on what it heard.
    other.on("data", (part: Buffer) => (isCut ? client.destroy() : client.write(part)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAt: (after, word) => {
      words = [after, word];
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
