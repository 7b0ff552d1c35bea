/**
 * Ways into each system: the settings of a log-in method, its secrets, and how many log-in calls it makes. Every secret setting of a
 * connector is wrong by a letter in some way here, or has a reason in `UNTRIED_SECRETS`.
 */

export interface AccessWay {
  readonly name: string;
  /** Settings beyond those of the simulator's environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that are made wrong together; each list is a case. */
  readonly secrets: readonly (readonly string[])[];
  /** Log-in calls of a first run, and of a log-in after the session was lost. */
  readonly logins: { readonly first: number; readonly again: number };
}

/** By system; a connector without an entry fails the access suite. */
export const ACCESS: Readonly<Record<string, readonly AccessWay[]>> = {
  "kingdee-galaxy": [
    { name: "user and password", settings: { authMode: "user" }, secrets: [["password"]], logins: { first: 1, again: 1 } },
    { name: "app secret", settings: { authMode: "app-secret" }, secrets: [["appSecret"]], logins: { first: 1, again: 1 } },
    { name: "signed log-in", settings: { authMode: "sign" }, secrets: [["appSecret"]], logins: { first: 1, again: 1 } },
    { name: "signature on every call", settings: { authMode: "signature" }, secrets: [["appSecret"]], logins: { first: 0, again: 0 } },
  ],
  "kingdee-stars": [
    { name: "oauth", settings: { authMode: "oauth" }, secrets: [["clientSecret"], ["password"]], logins: { first: 1, again: 1 } },
    { name: "gateway", settings: { authMode: "gateway" }, secrets: [["clientSecret"]], logins: { first: 2, again: 2 } },
  ],
  jushuitan: [
    {
      name: "given tokens",
      settings: {},
      // A wrong access token alone is healed by the refresh token, as an old one is.
      secrets: [["appSecret"], ["accessToken", "refreshToken"]],
      logins: { first: 0, again: 1 },
    },
    {
      name: "own use",
      settings: { tokenMode: "own-use", accessToken: "", refreshToken: "" },
      secrets: [["appSecret"]],
      logins: { first: 1, again: 1 },
    },
  ],
  "jushuitan-qimen": [{ name: "signature on every call", settings: {}, secrets: [["appSecret"]], logins: { first: 0, again: 0 } }],
  "wangdiantong-qimen": [{ name: "signature on every call", settings: {}, secrets: [["appSecret"]], logins: { first: 0, again: 0 } }],
  jackyun: [{ name: "signature on every call", settings: {}, secrets: [["appSecret"]], logins: { first: 0, again: 0 } }],
  greatonce: [{ name: "signature on every call", settings: {}, secrets: [["appSecret"]], logins: { first: 0, again: 0 } }],
};

/** Secret settings that no case makes wrong, and why. */
export const UNTRIED_SECRETS: Readonly<Record<string, string>> = {
  "jushuitan-qimen sessionKey": "not needed by this scene; the vendor reads it only for user-bound calls",
  "wangdiantong-qimen sessionKey": "not needed by this scene; the vendor reads it only for user-bound calls",
};
