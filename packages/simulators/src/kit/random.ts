/**
 * A seeded source of random numbers, so that the same seed gives the same company, byte for byte, on every machine.
 *
 * The generator is mulberry32: 32 bits of state, good enough to vary bills, never meant for secrets.
 */

export interface Random {
  /** A number at least 0 and below 1. */
  next(): number;
  /** A whole number between the two bounds, both included. */
  whole(min: number, max: number): number;
  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean;
  /** One element of the list; an empty list is a defect of the caller and throws. */
  pick<T>(list: readonly T[]): T;
  /** Decimal digits; the first one is never 0. */
  digits(length: number): string;
}

/** Makes a generator; two generators of one seed give the same numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error("cannot pick from an empty list");
      return list[whole(0, list.length - 1)] as (typeof list)[number];
    },
    digits: (length) => Array.from({ length }, (_, i) => String(whole(i === 0 ? 1 : 0, 9))).join(""),
  };
}
