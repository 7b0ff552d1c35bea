/**
 * Who may call: two account sets (数据中心), two users, two apps. The same under every seed; all of it is invented.
 */

export interface Account {
  readonly acctId: string;
  readonly number: string;
  readonly name: string;
  readonly users: readonly User[];
}

export interface User {
  readonly id: number;
  readonly name: string;
  readonly password: string;
}

export interface App {
  readonly appId: string;
  readonly secret: string;
  readonly acctId: string;
  /** Users on the app's list of those who may call. */
  readonly users: readonly string[];
}

const DEMO: User = { id: 10001, name: "demo", password: "888888" };
const ZHANG: User = { id: 10002, name: "张三", password: "888888" };
/** May log in by password but is on no app's list. */
const CLERK: User = { id: 10003, name: "clerk", password: "888888" };

/** Every user of any account set; their ids are those of SEC_User. */
export const USERS: readonly User[] = [DEMO, ZHANG, CLERK];

export const ACCOUNTS: readonly Account[] = [
  { acctId: "5f0c8a1b2c3d4e", number: "001", name: "打通示范账套", users: USERS },
  { acctId: "65a1b2c3d4e5f6", number: "002", name: "打通测试账套", users: [DEMO] },
];

export const APPS: readonly App[] = [
  {
    appId: "210001_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
    secret: "9f1e2d3c4b5a69788796a5b4c3d2e1f0",
    acctId: "5f0c8a1b2c3d4e",
    users: ["demo", "张三"],
  },
  {
    appId: "299777_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    secret: "00112233445566778899aabbccddeeff",
    acctId: "65a1b2c3d4e5f6",
    users: ["demo"],
  },
];

/** Finds an account set by its id. */
export function findAccount(acctId: string): Account | undefined {
  return ACCOUNTS.find((account) => account.acctId === acctId);
}

/** Finds an app by its full id, the secret part included. */
export function findApp(appId: string): App | undefined {
  return APPS.find((app) => app.appId === appId);
}
