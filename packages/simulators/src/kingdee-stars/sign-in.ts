/**
 * The ways into 金蝶云星辰 V1: the OAuth token by client and user, and the gateway's app secret and app-token. Each answers the data
 * of its call or why it was refused. Which number a wrong user or a wrong outer instance gets is an assumption.
 */
import { formatChinaTime } from "../china-time.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { RateWindow } from "../kit/rate-window.ts";
import { APP_SECRET_STALE, SYSTEM_ERROR } from "./answer.ts";
import type { StarsRefusal } from "./answer.ts";
import { sameSignature, signApp } from "./gateway-sign.ts";
import { IDENTITY } from "./identity.ts";
import type { KingdeeStarsSettings } from "./settings.ts";
import { TokenBook } from "./tokens.ts";

/** What came of a call. */
export type Outcome = { readonly kind: "done"; readonly data: unknown } | { readonly kind: "refused"; readonly refusal: StarsRefusal };

/** Gives out tokens and app secrets. */
export class SignIn {
  readonly tokens: TokenBook;
  readonly #settings: KingdeeStarsSettings;
  readonly #tokenCalls: RateWindow;

  constructor(seed: number, createdAt: number, settings: KingdeeStarsSettings) {
    this.#settings = settings;
    this.tokens = new TokenBook(seed, createdAt, settings.appSecretLifeS * 1000);
    this.#tokenCalls = createRateWindow(settings.tokenCallsPerMinute, 60_000);
  }

  /** `/auth/user/access_token`. */
  accessToken(parameters: ReadonlyMap<string, string>, at: number): Outcome {
    const given = (name: string) => parameters.get(name) ?? "";
    if (given("client_id") === "") return refused({ kind: "gateway", code: 4002 });
    if (given("client_id") !== IDENTITY.clientId) return refused({ kind: "gateway", code: 4003 });
    if (given("client_secret") === "") return refused({ kind: "gateway", code: 4004 });
    if (given("client_secret") !== IDENTITY.clientSecret) return refused({ kind: "gateway", code: 4005 });
    if (given("username") !== IDENTITY.username || given("password") !== IDENTITY.password) {
      return refused({ kind: "gateway", code: 4012, detail: "用户名或密码错误" });
    }
    const endsAt = at + this.#settings.tokenLifeS * 1000;
    const token = this.tokens.give("access", endsAt);
    return done({
      access_token: token,
      expires: formatChinaTime(endsAt),
      expires_in: this.#settings.tokenLifeS,
      uid: "70001",
      nickname: "示范用户",
    });
  }

  /** `push_app_authorize`: hands out the app secret, by default a new one each time. */
  pushAuthorize(parameters: ReadonlyMap<string, string>, at: number): Outcome {
    if (parameters.get("outerInstanceId") !== IDENTITY.outerInstanceId)
      return refused({ kind: "business", errcode: SYSTEM_ERROR, text: "外部实例不存在" });
    const current = this.#settings.renewAppSecretEachCall ? undefined : this.tokens.appSecret(at);
    const { appKey, accountId, accountName, serviceId, outerInstanceId, domain, groupName } = IDENTITY;
    const appSecret = current ?? this.tokens.renewAppSecret(at);
    return done([
      {
        status: 1,
        appKey,
        appSecret,
        accountId,
        accountName,
        agreementCompanyName: accountName,
        serviceId,
        outerInstanceId,
        domain,
        groupName,
      },
    ]);
  }

  /** `kingdee_auth_token`: turns the app key, signed with the newest app secret, into an app-token. */
  appToken(parameters: ReadonlyMap<string, string>, at: number): Outcome {
    if (!this.#tokenCalls.take(at)) return refused({ kind: "limit" });
    const secret = this.tokens.appSecret(at);
    const rightKey = parameters.get("app_key") === IDENTITY.appKey;
    if (!rightKey || secret === undefined || !sameSignature(parameters.get("app_signature") ?? "", signApp(IDENTITY.appKey, secret))) {
      return refused({ kind: "business", errcode: APP_SECRET_STALE, text: "授权密钥校验失败，请获取最新密钥加密" });
    }
    const endsAt = at + this.#settings.tokenLifeS * 1000;
    return done({
      "app-token": this.tokens.give("app", endsAt),
      access_token: this.tokens.give("access", endsAt),
      expires: this.#settings.tokenLifeS,
      domain: IDENTITY.domain,
    });
  }
}

/** The outcome of a call that was carried out. */
export function done(data: unknown): Outcome {
  return { kind: "done", data };
}

/** The outcome of a call that was refused. */
export function refused(refusal: StarsRefusal): Outcome {
  return { kind: "refused", refusal };
}
