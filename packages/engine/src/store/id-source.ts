/**
 * Ids made by the application: 41 bits of milliseconds since 2020, 10 bits of process, 12 bits of sequence. They grow with time, need
 * no trip to the database and never pass 2^63; in JavaScript they are decimal texts.
 */
const EPOCH_MS = Date.UTC(2020, 0, 1);
/** What 41 bits hold: until 2089. */
const MS_MAX = 2 ** 41 - 1;

export interface IdSource {
  readonly next: () => string;
}

export function createIdSource(nowMs: () => number, processNumber: number): IdSource {
  let last = 0;
  let sequence = 0;
  return {
    next: () => {
      const now = Math.max(nowMs() - EPOCH_MS, last);
      sequence = now === last ? sequence + 1 : 0;
      // A full millisecond borrows the next one: ids stay unique and in order.
      last = sequence > 4095 ? now + 1 : now;
      if (sequence > 4095) sequence = 0;
      return ((BigInt(last) << 22n) | (BigInt(processNumber & 1023) << 12n) | BigInt(sequence)).toString();
    },
  };
}

/** Order of two ids, which have no leading zeros. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a.length < b.length || (a.length === b.length && a < b) ? -1 : 1;
}

/** When an id was made, epoch ms. */
export function idMs(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** The smallest id that can have been made at an instant (epoch ms): ids below it are older. For searches by age without an index on time. */
export function idAtMs(ms: number): string {
  return (BigInt(Math.min(MS_MAX, Math.max(0, Math.floor(ms) - EPOCH_MS))) << 22n).toString();
}
