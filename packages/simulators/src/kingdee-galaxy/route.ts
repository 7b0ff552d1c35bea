/**
 * The way of one request: path and method, gateway signature, who is calling, rate, form and permission, then the service itself.
 *
 * Everything the product itself answers is HTTP 200; only a wrong address (404), a wrong HTTP method (405) and the gateway (519) differ.
 */
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import { allocate } from "./allocate.ts";
import { dataCenterList, login } from "./auth-service.ts";
import type { Galaxy, Tenant } from "./galaxy.ts";
import type { Act } from "./lifecycle.ts";
import { runOperation } from "./operations.ts";
import { isBegin } from "./poll-mode.ts";
import { unknownForm } from "./query.ts";
import { failure, httpReply, MSG, problem, SESSION_LOST_TEXT, type Problem } from "./reply.ts";
import { dataOf, isLogin, isObject, readBody, readCall, takesForm, textOf, type Body } from "./request-body.ts";
import { checkApiSignature, checkKdSignature } from "./request-signature.ts";
import { save } from "./save.ts";
import { loginCookies, newAspId, type Caller, type Session } from "./sessions.ts";
import { findForm } from "./store.ts";
import { businessInfo, view } from "./view.ts";
import { wallTime } from "./wall-time.ts";

const EDIT_LOCK_TEXT = "正在被其他用户编辑，网络控制冲突，请稍候再使用";

/** Answers one request. */
export function handleRequest(galaxy: Galaxy, request: SimRequest): SimReply {
  const call = readCall(request.path);
  if (call === undefined)
    return { status: 404, headers: { "Content-Type": "text/html" }, body: "<html><body><h2>404 - 找不到文件或目录。</h2></body></html>" };
  if (request.method !== "POST") return { status: 405, headers: { Allow: "POST" }, body: "" };
  if (call.method === undefined) return plain(galaxy, `response_error:未找到服务${call.service}`);
  const gateway = galaxy.settings.mode === "gateway" ? checkApiSignature(request, galaxy.settings, galaxy.now()) : undefined;
  if (gateway !== undefined) return gateway;
  const body = readBody(request.rawBody);
  if (body === undefined) return answer(galaxy, undefined, failure(call.method, problem(MSG.parameter, "请求参数不是合法的JSON")));
  if (call.method === "GetDataCenterList") return answer(galaxy, undefined, dataCenterList());
  if (isLogin(call.method)) {
    const result = login(call.method, body, galaxy.sessions, galaxy.settings.kick, galaxy.random);
    return httpReply(result.value, result.cookies ?? [aspCookie(galaxy)]);
  }
  return serve(galaxy, request, call.method, body);
}

/** The vendor's answer for too many calls, in the shape of the method called. */
export function limitReply(galaxy: Galaxy, request: SimRequest): SimReply {
  const refusal = problem(MSG.callLimit, "接口调用次数超过限制，请稍后再试");
  return { ...answer(galaxy, undefined, failure(readCall(request.path)?.method ?? "", refusal)), refused: true };
}

function serve(galaxy: Galaxy, request: SimRequest, method: string, body: Body): SimReply {
  const signed = checkKdSignature(request);
  const session = galaxy.sessions.of(request);
  if (method === "Logout") {
    if (session !== undefined) galaxy.sessions.close(session);
    return answer(galaxy, undefined, true);
  }
  const caller = signed.kind === "caller" ? signed.caller : signed.kind === "wrong" ? undefined : session;
  if (caller === undefined) {
    const empty = method === "View" && galaxy.settings.viewLostSessionEmpty;
    return answer(galaxy, undefined, empty ? {} : failure(method, problem(MSG.sessionLost, SESSION_LOST_TEXT)));
  }
  // The official SDKs carry on with the session the first signed call gave them, so a signed call opens one.
  const shown = session ?? (signed.kind === "caller" ? galaxy.sessions.ofSigner(signed.caller, signed.appId) : undefined);
  const tenant = galaxy.tenantOf(caller.account);
  if (tenant.rate !== undefined && !tenant.rate.take(galaxy.now())) return limitReply(galaxy, request);
  if (method === "QueryAsyncResult") return answer(galaxy, shown, galaxy.tasks.ask(body));
  const result = run({ galaxy, request, method, body, caller, tenant });
  return answer(galaxy, shown, isBegin(request, body) ? galaxy.tasks.begin(result) : result);
}

interface Job {
  readonly galaxy: Galaxy;
  readonly request: SimRequest;
  readonly method: string;
  readonly body: Body;
  readonly caller: Caller;
  readonly tenant: Tenant;
}

function run(job: Job): unknown {
  const { galaxy, method, body, caller, tenant } = job;
  const data = dataOf(dataGiven(method, body));
  if (data === undefined) return failure(method, problem(MSG.parameter, "data参数不是合法的JSON"));
  const formId = takesForm(method) ? textOf(body.positional?.[0] ?? body.named["formid"]) : textOf(data["formid"]);
  if (method === "SwitchOrg") return switchOrg(job, textOf(data["orgnumber"]));
  const form = findForm(formId);
  if (form === undefined) return failure(method, unknownForm(formId));
  if (galaxy.denied.has(formId.toLowerCase())) return failure(method, problem(MSG.noPermission, `没有“${form.name}”的操作权限！`));
  const act = { ...actOf(job, data), form, lockText: (number: string) => lockText(galaxy, form.id, number) };
  switch (method) {
    case "ExecuteBillQuery":
    case "BillQuery": {
      const result = tenant.querier.run(tenant.store, data, caller.lcid);
      if ("message" in result) return failure(method, result);
      if (method === "ExecuteBillQuery") return result.rows;
      return result.rows.map((row) => Object.fromEntries(result.keys.map((key, i) => [key, row[i] ?? null])));
    }
    case "View":
      return orFailure(method, view(tenant.store, form, data));
    case "QueryBusinessInfo":
      return businessInfo(form);
    case "Save":
    case "BatchSave":
    case "Draft":
      return save({ ...act, ledger: galaxy.ledger, method, lcid: caller.lcid, orgNumber: caller.orgNumber }, data);
    case "Allocate":
      return allocate(act, galaxy.ledger, data);
    case "ExcuteOperation":
      return runOperation(act, textOf(body.positional?.[1] ?? body.named["opnumber"]), data);
    default:
      return runOperation(act, method, data);
  }
}

/** Where the data object stands: after the form id (and the operation's number), or under its name. */
function dataGiven(method: string, body: Body): unknown {
  if (body.positional === undefined || body.named["data"] !== undefined) return body.named["data"];
  if (method === "ExcuteOperation") return body.positional[2];
  return body.positional[takesForm(method) ? 1 : 0];
}

function actOf({ galaxy, request, caller, tenant }: Job, data: Readonly<Record<string, unknown>>): Act {
  return {
    store: tenant.store,
    settings: galaxy.settings,
    onHand: tenant.onHand,
    userId: caller.user.id,
    at: wallTime(galaxy.now()),
    interactionFlags: textOf(data["interationflags"] ?? data["interactionflags"]),
    refuseAudit: galaxy.refuseAudit.has(request),
  };
}

function switchOrg({ caller, tenant, method }: Job, orgNumber: string): unknown {
  const form = findForm("ORG_Organizations");
  if (form === undefined || tenant.store.find(form, orgNumber) === undefined) {
    return failure(method, problem(MSG.notExisting, `编码为“${orgNumber}”的组织不存在`));
  }
  caller.orgNumber = orgNumber;
  return { Result: { ResponseStatus: { IsSuccess: true, Errors: [], SuccessEntitys: [], SuccessMessages: [], MsgCode: 0 } } };
}

function lockText(galaxy: Galaxy, formId: string, number: string): string | undefined {
  const lock = galaxy.locks.find(
    (candidate) =>
      candidate.formId === formId.toLowerCase() && candidate.timesLeft > 0 && ["", number.toLowerCase()].includes(candidate.number),
  );
  if (lock === undefined) return undefined;
  lock.timesLeft -= 1;
  return `${number === "" ? "单据" : `编码为“${number}”的单据`}${EDIT_LOCK_TEXT}`;
}

function orFailure(method: string, value: unknown): unknown {
  return isObject(value) && "msgCode" in value ? failure(method, value as unknown as Problem) : value;
}

function answer(galaxy: Galaxy, session: Session | undefined, value: unknown): SimReply {
  return httpReply(value, session === undefined ? [aspCookie(galaxy)] : loginCookies(session));
}

function plain(galaxy: Galaxy, text: string): SimReply {
  return { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8", "Set-Cookie": [aspCookie(galaxy)] }, body: text };
}

function aspCookie(galaxy: Galaxy): string {
  return `ASP.NET_SessionId=${newAspId(galaxy.random)}; path=/; HttpOnly`;
}
