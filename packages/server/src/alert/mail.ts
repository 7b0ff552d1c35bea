/**
 * Mail by SMTP. The address that a person typed is read here and the mailer is told host, port and log-in alone: read by the mailer itself,
 * an address could name in its query a program to run, a proxy, or a file. The socket is guarded like every connection's.
 */
import type { Socket } from "node:net";
import { guardedSocket } from "@datong/engine";
import { createTransport } from "nodemailer";
import type { Channel } from "./documents.ts";

const TIMEOUT_MS = 10_000;

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

/** `smtp(s)://user:password@host:port` and nothing more; null for anything else. */
export function mailServerOf(text: string): MailServer | null {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") return null;
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") return null;
  const secure = url.protocol === "smtps:";
  const auth = url.username === "" ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } };
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || (secure ? 465 : 587)), secure, ...auth };
}

/** Null where it was taken; else what is wrong. Throws what the line says. */
export async function sendMail(
  { url = "", to = [], from = "datong@localhost", privateNetwork }: Channel,
  text: string,
): Promise<string | null> {
  const server = mailServerOf(url);
  if (server === null) return "smtp(s)://user:password@host:port";
  const transport = createTransport({
    ...server,
    connectionTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_options: unknown, callback: (error: Error | null, opened?: { readonly connection: Socket }) => void) => {
      const socket = guardedSocket(server.host, server.port, privateNetwork === true);
      // The mailer puts a code of its own on what it is given.
      const failed = (error: Error): void => callback(new Error(error.message, { cause: error }));
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("connection timeout")));
      socket.once("error", failed);
      socket.once("connect", () => {
        socket.off("error", failed);
        socket.setTimeout(0);
        callback(null, { connection: socket });
      });
    },
  });
  try {
    await transport.sendMail({ from, to: [...to], subject: text.split("\n").slice(0, 2).join(" ").slice(0, 120), text });
    return null;
  } finally {
    transport.close();
  }
}
