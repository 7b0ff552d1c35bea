/**
 * What stands before every 聚水潭 call: the white list, the permissions and the two rate limits, on both platforms alike.
 *
 * Each check throws a Refusal with the vendor's code. Instants are epoch ms.
 */
import { createRateWindow, type RateWindow } from "../kit/rate-window.ts";
import { Refusal } from "./refusal.ts";
import type { JushuitanSettings } from "./settings.ts";

/** The vendor's clock tolerance. */
export const JUSHUITAN_TOLERANCE_MS = 15 * 60_000;

export interface Gatekeeper {
  /** Throws 110 when the caller's address is not on the list. */
  checkAddress(): void;
  /** Throws 140 unless the text is epoch seconds near now. */
  checkTimestamp(text: string): void;
  /** Throws 190 when the permission was taken away. */
  checkPermission(api: string): void;
  /** Throws 199 or 200; a refused call is not counted. */
  countCall(caller: string): void;
  setAddressAllowed(allowed: boolean): void;
  setPermission(api: string, allowed: boolean): void;
}

/** The answer to too many calls in a second. */
export function tooManyPerSecond(): Refusal {
  return new Refusal("调用频率超限，1秒内最多调用5次", 199);
}

/** A gatekeeper that lets everybody in until told otherwise. */
export function createGatekeeper(now: () => number, settings: JushuitanSettings): Gatekeeper {
  let addressAllowed = true;
  const denied = new Set<string>();
  const windows = new Map<string, { readonly second: RateWindow; readonly minute: RateWindow }>();
  return {
    checkAddress() {
      if (!addressAllowed) throw new Refusal("调用IP不在白名单内", 110);
    },
    checkTimestamp(text) {
      const at = /^\d{10}$/.test(text) ? Number(text) * 1000 : Number.NaN;
      if (!(Math.abs(now() - at) <= JUSHUITAN_TOLERANCE_MS)) throw new Refusal("时间戳无效，与服务器时间相差不能超过15分钟", 140);
    },
    checkPermission(api) {
      if (denied.has(api)) throw new Refusal(`没有接口【${api}】的调用权限`, 190);
    },
    countCall(caller) {
      const window = windows.get(caller) ?? {
        second: createRateWindow(limitOf(settings.callsPerSecond), 1000),
        minute: createRateWindow(limitOf(settings.callsPerMinute), 60_000),
      };
      windows.set(caller, window);
      const at = now();
      if (window.second.used(at) >= limitOf(settings.callsPerSecond)) throw tooManyPerSecond();
      if (!window.minute.take(at)) throw new Refusal("调用频率超限，1分钟内最多调用100次", 200);
      window.second.take(at);
    },
    setAddressAllowed(allowed) {
      addressAllowed = allowed;
    },
    setPermission(api, allowed) {
      if (allowed) denied.delete(api);
      else denied.add(api);
    },
  };
}

function limitOf(calls: number): number {
  return calls > 0 ? calls : Number.MAX_SAFE_INTEGER;
}
