/** A number with its noun, as English counts: 1 bill, 2 bills, 1,200 bills. */
export function counted(n: number, one: string, more = `${one}s`): string {
  return `${n.toLocaleString()} ${n === 1 ? one : more}`;
}
