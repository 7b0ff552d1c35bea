/**
 * Virtual time and everything that happens in it, one step after another.
 *
 * Whoever is at work (a process, the line) asks for an operation and waits; the schedule picks, by chance, which of those that are due
 * is carried out next. When none is due, time jumps to the next one. A process that has died asks for nothing any more and is answered
 * nothing: its promises stay open for ever, as a dead process's do. Instants and spans are virtual ms.
 */
import { setImmediate as turn } from "node:timers/promises";
import { Broken } from "./broken.ts";
import type { Random } from "./random.ts";

/**
 * Whoever asks. `frozen`: alive, and not getting on (a long pause of the machine); it is not answered either until it goes on.
 * `onItsWay`: what it is asked for is under way already, and no leap of time keeps it back.
 */
export interface Actor {
  readonly name: string;
  readonly onItsWay?: true;
  alive: boolean;
  frozen: boolean;
}

interface Waiting {
  readonly actor: Actor;
  readonly what: string;
  readonly dueAtMs: number;
  readonly act: () => unknown;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

export type Stepped = "acted" | "moved" | "idle";

export interface Schedule {
  readonly nowMs: () => number;
  /** Carries `act` out when its turn comes, `delayMs` from now at the earliest. */
  readonly ask: <T>(actor: Actor, what: string, act: () => T | Promise<T>, delayMs?: number) => Promise<T>;
  /** The next step. `before`: told who is about to do what; returns false to leave it undone for ever (the actor dies instead). */
  readonly step: (before: (actor: Actor, what: string) => boolean) => Promise<Stepped>;
  readonly pass: (ms: number) => void;
  /** Lets everybody come to where they wait. */
  readonly settle: () => Promise<void>;
}

export function createSchedule(random: Random, startMs: number): Schedule {
  let nowMs = startMs;
  let waiting: Waiting[] = [];
  /** On its way when time leapt, and due before the leap ended: it comes before anybody does anything else. */
  let leaptOver = new Set<Waiting>();
  return {
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
      leaptOver = new Set(waiting.filter((each) => each.actor.onItsWay === true && each.dueAtMs <= nowMs));
    },
    settle: () => turn(),
    ask: (actor, what, act, delayMs = 0) =>
      new Promise((resolve, reject) => {
        waiting.push({ actor, what, dueAtMs: nowMs + delayMs, act, answer: resolve as (result: unknown) => void, fail: reject });
      }),
    step: async (before) => {
      waiting = waiting.filter((each) => each.actor.alive);
      const able = waiting.filter((each) => !each.actor.frozen);
      const due = able.filter((each) => each.dueAtMs <= nowMs);
      if (due.length === 0) {
        if (able.length === 0) return "idle";
        nowMs = Math.min(...able.map((each) => each.dueAtMs));
        return "moved";
      }
      const first = due.filter((each) => leaptOver.has(each));
      const chosen = random.pick(first.length > 0 ? first : due);
      waiting.splice(waiting.indexOf(chosen), 1);
      if (!before(chosen.actor, chosen.what)) return "acted";
      const answer = await answerOf(chosen);
      if (chosen.actor.frozen) waiting.push({ ...chosen, what: `is told of: ${chosen.what}`, dueAtMs: nowMs, act: answer });
      else if (chosen.actor.alive) tell(chosen, answer);
      await turn();
      return "acted";
    },
  };
}

/** Carries it out; what comes of it is told by calling the answer, which throws what went wrong. */
async function answerOf({ act }: Waiting): Promise<() => unknown> {
  try {
    const result = await act();
    return () => result;
  } catch (error) {
    if (error instanceof Broken) throw error;
    return () => {
      throw error;
    };
  }
}

function tell({ answer, fail }: Waiting, of: () => unknown): void {
  let result: unknown;
  try {
    result = of();
  } catch (error) {
    return fail(error);
  }
  answer(result);
}
