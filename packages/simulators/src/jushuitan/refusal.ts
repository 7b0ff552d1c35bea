/**
 * A request that 聚水潭 turns down: its code and its text, thrown where the reason is found and turned into an answer at the door.
 */
export class Refusal extends Error {
  /** Absent means the code that stands for every business refusal. */
  readonly code: number | undefined;
  constructor(text: string, code?: number) {
    super(text);
    this.name = "Refusal";
    this.code = code;
  }
}
