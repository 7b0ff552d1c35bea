/** The switches of the 金蝶云星辰 simulator: assumptions about the vendor, and figures worth shortening in a test; see README.md. */
export const KINGDEE_STARS_DEFAULTS = {
  /** Which ways in are open: `both`, `oauth` (V1 access_token) or `gateway` (signed headers). */
  auth: "both",
  /** Life of access_token and app-token, seconds. */
  tokenLifeS: 86_400,
  /** Life of an appSecret, seconds; after it only push_app_authorize helps. */
  appSecretLifeS: 86_400,
  /** Whether every push_app_authorize makes a new appSecret, or only one after the life is over. */
  renewAppSecretEachCall: true,
  /** How far X-Api-TimeStamp may be off, either way, in seconds; a nonce is remembered as long. */
  timestampWindowS: 300,
  /** kingdee_auth_token calls per minute. */
  tokenCallsPerMinute: 2,
  /** Business calls per minute of the account set. */
  callsPerMinute: 500,
  /** How a wrong app-token is refused: `4010` (HTTP 519) or `1020002008` (HTTP 200). */
  tokenErrorCode: "4010",
  /** How a wrong X-GW-Router-Addr is refused: `404` (no Route) or `519` (API not found). */
  routerError: "404",
  /** Name of the error number in a gateway error: `errcode` or `code`. */
  errorKey: "errcode",
  /** Where list rows lie: `rows` for data.rows, `array` for a bare array in data. */
  envelope: "rows",
  /** Whether a list tells count, page and pagesize. */
  totals: true,
  /** Whether a saved bill may name goods, stocks and parties by `x_number` instead of `x_id`. */
  numbersTaken: true,
  /** Order of a list: `created-desc`, `created-asc` or `modified-asc`. */
  order: "created-desc",
};

/** The switches with their values. */
export type KingdeeStarsSettings = Readonly<typeof KINGDEE_STARS_DEFAULTS>;

/** The switches that are a choice. */
export const KINGDEE_STARS_CHOICES = {
  auth: ["both", "oauth", "gateway"],
  tokenErrorCode: ["4010", "1020002008"],
  routerError: ["404", "519"],
  errorKey: ["errcode", "code"],
  envelope: ["rows", "array"],
  order: ["created-desc", "created-asc", "modified-asc"],
} as const;
