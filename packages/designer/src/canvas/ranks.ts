/**
 * How far to the left or right of the middle each system stands. In the middle is the one with the most flows; what exchanges with it goes to
 * the side that its flows point from or to, unless that side is the fuller one; what hangs on those stands further out. Pure.
 */
import type { FlowRow } from "../api/answers.ts";

/** Flows between a system and another: to it, and from it. */
interface Exchange {
  to: number;
  from: number;
}

/** Every system with its rank, 0 in the middle of those that hang together. No two that exchange anything have the same. */
export function ranksOf(systems: readonly string[], flows: readonly FlowRow[]): ReadonlyMap<string, number> {
  const exchanges = exchangesOf(systems, flows);
  const size = (system: string): number => [...(exchanges.get(system)?.values() ?? [])].reduce((sum, { to, from }) => sum + to + from, 0);
  const ranks = new Map<string, number>();
  for (const middle of systems.toSorted((a, b) => size(b) - size(a))) {
    if (ranks.has(middle)) continue;
    ranks.set(middle, 0);
    const side = sides();
    const queue = [middle];
    for (const system of queue) {
      const rank = ranks.get(system) ?? 0;
      const near = [...(exchanges.get(system) ?? [])].toSorted(([, a], [, b]) => b.to + b.from - a.to - a.from);
      for (const [other, { to, from }] of near) {
        if (ranks.has(other)) continue;
        ranks.set(other, rank === 0 ? side(to >= from ? 1 : -1, to + from) : rank + Math.sign(rank));
        queue.push(other);
      }
    }
  }
  return apart(ranks, exchanges);
}

/** Two of the same rank that exchange something stand side by side: fractions keep everything else where it is. */
function apart(ranks: Map<string, number>, exchanges: ReadonlyMap<string, ReadonlyMap<string, Exchange>>): ReadonlyMap<string, number> {
  const step = 1 / (ranks.size + 1);
  for (const [system, others] of exchanges)
    for (const [other, { to }] of others)
      if (to > 0 && ranks.get(system) === ranks.get(other)) ranks.set(other, (ranks.get(other) ?? 0) + step);
  return ranks;
}

/** Gives the wanted side, or the other while the wanted one holds more. */
function sides(): (wanted: 1 | -1, flows: number) => 1 | -1 {
  const load = { left: 0, right: 0 };
  return (wanted, flows) => {
    const isRight = wanted === 1 ? load.right <= load.left : load.left > load.right;
    if (isRight) load.right += flows;
    else load.left += flows;
    return isRight ? 1 : -1;
  };
}

function exchangesOf(systems: readonly string[], flows: readonly FlowRow[]): ReadonlyMap<string, ReadonlyMap<string, Exchange>> {
  const all = new Map(systems.map((system) => [system, new Map<string, Exchange>()]));
  const note = (at: string, other: string, way: keyof Exchange): void => {
    const known = all.get(at)?.get(other) ?? { to: 0, from: 0 };
    known[way] += 1;
    all.get(at)?.set(other, known);
  };
  for (const { source, target } of flows) {
    const [from, to] = [source?.connection ?? "", target?.connection ?? ""];
    if (from === to || !all.has(from) || !all.has(to)) continue;
    note(from, to, "to");
    note(to, from, "from");
  }
  return all;
}
