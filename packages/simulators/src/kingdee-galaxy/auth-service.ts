/**
 * AuthService: the log-ins by password, app secret and signature, positional and named, and the list of account sets.
 *
 * A failed log-in is HTTP 200 with a LoginResultType other than 1; MessageCode must not be judged by, so a success carries
 * `CheckPasswordPolicy` there as real servers do.
 */
import type { Random } from "../kit/random.ts";
import { ACCOUNTS, findAccount, findApp, type Account, type App, type User } from "./credentials.ts";
import { textOf, type Body } from "./request-body.ts";
import { loginCookies, type Session, type Sessions } from "./sessions.ts";
import { loginSign, sameSignature } from "./signature.ts";

export interface LoginAnswer {
  readonly value: unknown;
  readonly cookies: readonly string[] | undefined;
}

interface Given {
  readonly acctId: string;
  readonly userName: string;
  readonly password: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly timestamp: string;
  readonly sign: string;
  readonly lcid: string;
  readonly kick: boolean;
}

interface Refusal {
  readonly type: number;
  readonly message: string;
  readonly code?: string;
}

type Found = { readonly account: Account; readonly user: User; readonly appId: string };

const WRONG: Refusal = { type: 0, message: "用户名或密码错误" };
const ORDER: Readonly<Record<string, readonly string[]>> = {
  ValidateUser: ["acctid", "username", "password", "lcid"],
  ValidateUser2: ["acctid", "username", "password", "lcid", "iskickoff"],
  LoginByAppSecret: ["acctid", "username", "appid", "appsecret", "lcid"],
  LoginBySign: ["acctid", "username", "appid", "timestamp", "sign", "lcid"],
};

/** Answers one log-in; `kick` is the vendor's switch. */
export function login(method: string, body: Body, sessions: Sessions, kick: boolean, random: Random): LoginAnswer {
  const given = readGiven(method, body);
  const found = check(method, given, sessions);
  if ("message" in found) return { value: loginBody(found.type, found.message, found.code ?? null, null, ""), cookies: undefined };
  const lcid = given.lcid === "" ? "2052" : given.lcid;
  const session = sessions.open({ account: found.account, user: found.user, lcid, orgNumber: "100" }, found.appId, kick || given.kick);
  return { value: loginBody(1, null, "CheckPasswordPolicy", contextOf(session, random), session.id), cookies: loginCookies(session) };
}

/** GetDataCenterList: the account sets, without a session. */
export function dataCenterList(): unknown {
  return ACCOUNTS.map(({ acctId, number, name }) => ({
    Id: acctId,
    Number: number,
    Name: name,
    Version: "9.0.553.10",
    GDCID: acctId,
    AuthenticationMethods: 1,
  }));
}

function readGiven(method: string, body: Body): Given {
  const order = ORDER[method.replace(/(LoginBy\w+?)2$/, "$1")] ?? [];
  const values =
    body.positional === undefined ? body.named : Object.fromEntries(order.map((name, i) => [name, body.positional?.[i]] as const));
  const text = (name: string): string => textOf(values[name]);
  return {
    acctId: text("acctid"),
    userName: text("username"),
    password: text("password"),
    appId: text("appid"),
    appSecret: text("appsecret"),
    timestamp: text("timestamp"),
    sign: text("sign"),
    lcid: text("lcid"),
    kick: text("iskickoff") === "true",
  };
}

function check(method: string, given: Given, sessions: Sessions): Found | Refusal {
  const account = findAccount(given.acctId);
  if (account === undefined) return { type: -1, message: "当前尝试登录的数据中心无法获取到" };
  if (sessions.isLocked(account, given.userName)) return { type: -1, message: "密码错误次数过多，用户已被锁定，请稍后再试" };
  const user = account.users.find((candidate) => candidate.name === given.userName);
  const refusal = user === undefined ? WRONG : method.startsWith("Validate") ? checkPassword(user, given) : checkApp(account, user, given);
  if (user === undefined || refusal !== undefined) {
    if (refusal === WRONG) sessions.tried(account, given.userName, false);
    return refusal ?? WRONG;
  }
  sessions.tried(account, given.userName, true);
  return { account, user, appId: given.appId };
}

function checkPassword(user: User, given: Given): Refusal | undefined {
  return user.password === given.password ? undefined : WRONG;
}

function checkApp(account: Account, user: User, given: Given): Refusal | undefined {
  const mismatch: Refusal = { type: -1, message: "第三方系统登录授权信息校验失败", code: "002005000003016" };
  const app: App | undefined = findApp(given.appId);
  if (app === undefined || app.acctId !== account.acctId) return mismatch;
  const right =
    given.sign === ""
      ? given.appSecret === app.secret
      : sameSignature(given.sign, loginSign(given.acctId, given.userName, given.appId, app.secret, given.timestamp));
  if (!right) return mismatch;
  return app.users.includes(user.name) ? undefined : { type: -1, message: "当前用户未指定允许调用WebAPI接口" };
}

function loginBody(type: number, message: string | null, code: string | null, context: unknown, sessionId: string): unknown {
  return {
    Message: message,
    MessageCode: code,
    LoginResultType: type,
    Context: context,
    KDSVCSessionId: sessionId === "" ? null : sessionId,
    FormId: null,
    RedirectFormParam: null,
    FormInputObject: null,
    ErrorStackTrace: null,
    Lcid: 0,
    AccessToken: null,
    CustomParam: null,
    KdAccessResult: null,
    IsSuccessByAPI: type === 1,
  };
}

function contextOf(session: Session, random: Random): unknown {
  const { account, user } = session;
  const zone = {
    OffsetTicks: 288_000_000_000,
    StandardName: "(UTC+08:00)北京，重庆，香港特别行政区，乌鲁木齐",
    Id: 230,
    Number: "1078_SYS",
    CanBeUsed: true,
  };
  return {
    UserLocale: session.lcid === "1033" ? "en-US" : "zh-CN",
    LogLocale: "zh-CN",
    DBid: account.acctId,
    DatabaseType: 3,
    SessionId: session.aspId,
    UseLanguages: [{ LocaleId: 2052, LocaleName: "中文(简体)", Alias: "CN", LicenseType: 0 }],
    UserId: user.id,
    UserName: user.name,
    CustomName: "打通示范集团",
    DisplayVersion: "9.0.553.10",
    DataCenterName: account.name,
    UserToken: random.digits(16),
    CurrentOrganizationInfo: { ID: 1, AcctOrgType: "1", Name: "打通示范集团", FunctionIds: [101, 102, 103, 104] },
    IsCH_ZH_AutoTrans: false,
    ClientType: 32,
    WeiboAuthInfo: null,
    UTimeZone: zone,
    STimeZone: zone,
    GDCID: account.acctId,
    Gsid: null,
    TRLevel: 0,
    ProductEdition: 0,
    DataCenterNumber: account.number,
    ContextResultType: 0,
    TenantId: null,
    IsDeployAsPublicCloud: false,
  };
}
