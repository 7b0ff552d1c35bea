/**
 * The switches of this vendor. Everything the protocol notes could not confirm is one of them, so that a test can run both ways.
 */

export interface GalaxySettings {
  /** `direct`: only X-Kd-* is checked, as private servers do; `gateway`: X-Api-* too, with its time window. */
  readonly mode: "direct" | "gateway";
  /** A new log-in of one user through one app ends that user's older sessions. */
  readonly kick: boolean;
  readonly idleMinutes: number;
  readonly wrongTriesMax: number;
  readonly lockMinutes: number;
  /** How far X-Api-TimeStamp may be off in gateway mode. */
  readonly timestampWindowMs: number;
  /** The server's ceiling of rows per query; a greater Limit, 0 or none means this many. */
  readonly queryLimitMax: number;
  readonly batchMax: number;
  /** Calls per second and account set; 0 is off. */
  readonly callsPerSecond: number;
  /** Status after UnAudit: re-audit (D) or created (A). */
  readonly unauditTo: "A" | "D";
  /** IsSuccess of a BatchSave of which only some packets were saved. */
  readonly mixedIsSuccess: boolean;
  /** View answers `{}` when the session is lost. */
  readonly viewLostSessionEmpty: boolean;
  /** Model keys match whatever their case. */
  readonly modelKeysAnyCase: boolean;
  readonly filterErrorMsgCode: number;
  /** QueryAsyncResult calls that answer "running" before the result is shown. */
  readonly pollSteps: number;
  /** Without OrderString rows come in another order on every call. */
  readonly unstableOrder: boolean;
  /** 销售出库单, 采购入库单 and 采购订单 that people had keyed in before the start: how many of each. */
  readonly tradeBills: number;
  /** Quantity on hand of every material in every stock that is there from the start. */
  readonly stockOnHand: number;
}

const DEFAULTS: GalaxySettings = {
  mode: "direct",
  kick: true,
  idleMinutes: 20,
  wrongTriesMax: 5,
  lockMinutes: 30,
  timestampWindowMs: 300_000,
  queryLimitMax: 10_000,
  batchMax: 500,
  callsPerSecond: 0,
  unauditTo: "D",
  mixedIsSuccess: false,
  viewLostSessionEmpty: false,
  modelKeysAnyCase: true,
  filterErrorMsgCode: 8,
  pollSteps: 2,
  unstableOrder: false,
  tradeBills: 0,
  stockOnHand: 100_000,
};
const CHOICES: Readonly<Record<string, readonly string[]>> = { mode: ["direct", "gateway"], unauditTo: ["A", "D"] };

/** Fills in the defaults; an unknown switch or a value of another type is an error, since a misspelt switch would test nothing. */
export function readSettings(given: Readonly<Record<string, unknown>> = {}): GalaxySettings {
  const known: Readonly<Record<string, unknown>> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (!(name in known)) throw new RangeError(`kingdee-galaxy has no setting ${name}; there are ${Object.keys(known).join(", ")}`);
    if (typeof value !== typeof known[name]) throw new RangeError(`setting ${name} must be a ${typeof known[name]}`);
    const choices = CHOICES[name];
    if (choices !== undefined && !choices.includes(String(value))) throw new RangeError(`setting ${name} must be ${choices.join(" or ")}`);
  }
  return { ...DEFAULTS, ...given };
}
