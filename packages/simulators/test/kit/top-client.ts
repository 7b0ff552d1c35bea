/** A client of the TOP router for tests: official clients' split (system parameters in the query, business ones in the form) and others. */
import { encodeForm } from "../captured/captured-request.ts";
import { topSign, type TopSignMethod } from "../../src/kit/top-sign.ts";

export interface TopSend {
  readonly origin: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly place?: "split" | "query" | "form";
  readonly secret?: string;
  /** Instead of the right one. */
  readonly sign?: string;
  readonly skipEmpty?: boolean;
}

const SYSTEM = new Set(["method", "app_key", "target_app_key", "timestamp", "format", "v", "sign_method", "sign", "session"]);

/** The answer's text. */
export async function sendTop(send: TopSend): Promise<string> {
  const { origin, path = "/router/qm", place = "split", secret = "demoTopSecret", skipEmpty = true } = send;
  const signMethod = (send.parameters["sign_method"] ?? "md5") as TopSignMethod;
  const sign = send.sign ?? topSign(new Map(Object.entries(send.parameters)), { signMethod, secret, skipEmpty });
  const pairs = Object.entries({ ...send.parameters, sign });
  const inQuery = (key: string): boolean => place === "query" || (place === "split" && SYSTEM.has(key));
  const query = encodeForm(pairs.filter(([key]) => inQuery(key)));
  const form = encodeForm(pairs.filter(([key]) => !inQuery(key)));
  const url = `${origin}${path}${query === "" ? "" : `?${query}`}`;
  const response =
    place === "query"
      ? await fetch(url)
      : await fetch(url, { method: "POST", body: form, headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" } });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
  return response.text();
}

/** The JSON answer's inside, whatever its wrapper. */
export async function sendTopJson(send: TopSend): Promise<Readonly<Record<string, unknown>>> {
  const whole = JSON.parse(await sendTop(send)) as Record<string, Readonly<Record<string, unknown>>>;
  return whole["response"] ?? whole["error_response"] ?? whole;
}
