/** A few sessions with one server, used one after another: logging in takes longer than most statements. */
import type { DatabaseSession } from "./session.ts";

const IDLE_MS = 30_000;

export interface SessionPool {
  /** A session that was broken, or left in a transaction by a fault, is not used again. */
  readonly use: <T>(work: (session: DatabaseSession) => Promise<T>) => Promise<T>;
  readonly close: () => void;
}

export function createSessionPool(open: () => Promise<DatabaseSession>): SessionPool {
  const idle: { readonly session: DatabaseSession; readonly timer: NodeJS.Timeout }[] = [];
  let isClosed = false;
  const rest = (session: DatabaseSession): void => {
    if (isClosed || session.isBroken()) return session.close();
    const entry = {
      session,
      timer: setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1);
        session.close();
      }, IDLE_MS).unref(),
    };
    idle.push(entry);
  };
  return {
    use: async (work) => {
      let entry = idle.pop();
      while (entry?.session.isBroken() === true) {
        clearTimeout(entry.timer);
        entry.session.close();
        entry = idle.pop();
      }
      clearTimeout(entry?.timer);
      const session = entry?.session ?? (await open());
      try {
        const result = await work(session);
        rest(session);
        return result;
      } catch (error) {
        session.close();
        throw error;
      }
    },
    close: () => {
      isClosed = true;
      for (const { session, timer } of idle.splice(0)) {
        clearTimeout(timer);
        session.close();
      }
    },
  };
}
