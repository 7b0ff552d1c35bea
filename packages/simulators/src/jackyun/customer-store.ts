/**
 * The customers this 吉客云 tenant holds, by customerCode and in the order they came. Ids are 19-digit texts, past what a double
 * can hold. Codes are compared exactly, letter case included.
 */
import { formatChinaTime } from "../china-time.ts";
import type { JackyunCustomer } from "./customer.ts";

const ID_BASE = 1_700_000_000_000_000_000n;

/** The tenant's customers. */
export class CustomerStore {
  readonly #byCode = new Map<string, JackyunCustomer>();
  readonly #idOffset: bigint;
  #idsGiven = 0n;

  constructor(seed: number) {
    this.#idOffset = ID_BASE + BigInt(Math.abs(Math.trunc(seed)) % 1_000_000) * 1_000_000_000n;
  }

  get(code: string): JackyunCustomer | undefined {
    return this.#byCode.get(code);
  }

  list(): readonly JackyunCustomer[] {
    return [...this.#byCode.values()];
  }

  /** Adds a customer whose code must be free; one without a code is given one by the vendor. */
  add(values: Readonly<Record<string, string>>, at: number): JackyunCustomer {
    const customerCode = values["customerCode"] ?? this.freeCode("KH");
    if (this.#byCode.has(customerCode)) throw new RangeError(`The customer ${customerCode} is present already.`);
    this.#idsGiven += 1n;
    const customer: JackyunCustomer = {
      customerId: String(this.#idOffset + this.#idsGiven * 4096n),
      nickname: "",
      ...values,
      customerCode,
      gmtCreate: formatChinaTime(at),
      gmtModified: formatChinaTime(at),
    };
    this.#byCode.set(customerCode, customer);
    return customer;
  }

  /** The next code with this prefix that no customer bears. */
  freeCode(prefix: string): string {
    for (let n = this.#byCode.size + 1; ; n += 1) {
      const code = `${prefix}${String(n).padStart(6, "0")}`;
      if (!this.#byCode.has(code)) return code;
    }
  }
}
