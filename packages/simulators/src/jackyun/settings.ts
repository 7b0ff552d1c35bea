/**
 * The switches of the 吉客云 simulator. Everything here is an assumption about the vendor or differs between tenants, so both
 * ends can be tried; see README.md.
 */
export const JACKYUN_DEFAULTS = {
  /** How far `timestamp` may be off, either way, in seconds. */
  timestampWindowS: 600,
  /** Sub-code for a timestamp outside the window; the vendor's own is not on record. */
  timestampSubCode: "0050030002",
  /** Calls per second and app; no public figure exists. */
  callsPerSecond: 10,
  /** Sub-code of a repeated customerCode; not on record. */
  duplicateSubCode: "0040130001",
  duplicateText: "客户编号已存在",
  /** Whether crm.customer.add refuses a customer without a code (else the vendor makes one up). */
  codeRequired: false,
  /** Name of the assumed customer query; empty for a tenant that has none. */
  queryMethod: "crm.customer.list",
  /** APIs the apps have subscribed to; empty stands for all. */
  subscribed: [] as readonly string[],
  /** When set, every call must carry this text as `token`. */
  token: "",
  successCode: 200,
  successSubCode: "",
  failureCode: 500,
  codeAsText: false,
  dataAsText: false,
} as const satisfies Readonly<Record<string, unknown>>;

type Widened<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends number ? number : T[K] extends boolean ? boolean : T[K];
};

/** The switches with their values. */
export type JackyunSettings = Widened<typeof JACKYUN_DEFAULTS>;
