/** The distributors this OMS holds, by code and in the order they came. Codes are compared exactly; ids are texts of 12 digits. */
import { formatChinaTime } from "../china-time.ts";
import type { Distributor } from "./distributor.ts";

/** The OMS's distributors. */
export class DistributorStore {
  readonly #byCode = new Map<string, Distributor>();
  readonly #idBase: number;

  constructor(seed: number) {
    this.#idBase = 600_000_000_000 + (Math.abs(Math.trunc(seed)) % 10_000) * 1_000_000;
  }

  get(code: string): Distributor | undefined {
    return this.#byCode.get(code);
  }

  list(): readonly Distributor[] {
    return [...this.#byCode.values()];
  }

  /** Adds the distributor, or changes the fields given when its code is present. */
  put(code: string, values: Readonly<Record<string, string>>, at: number): Distributor {
    const present = this.#byCode.get(code);
    const distributor: Distributor = {
      distributorId: String(this.#idBase + this.#byCode.size + 1),
      distributorName: "",
      created: formatChinaTime(at),
      ...present,
      ...values,
      distributorCode: code,
      modified: formatChinaTime(at),
    };
    this.#byCode.set(code, distributor);
    return distributor;
  }

  /** The next code with this prefix that no distributor bears. */
  freeCode(prefix: string): string {
    for (let n = this.#byCode.size + 1; ; n += 1) {
      const code = `${prefix}${String(n).padStart(6, "0")}`;
      if (!this.#byCode.has(code)) return code;
    }
  }
}
