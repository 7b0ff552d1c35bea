/**
 * Whose `X-Forwarded-For` is believed. Nobody's unless it is set: a header that anybody can write says nothing about who asks, and the throttle
 * of log-ins goes by the address. Given as a number of proxies before the server, or as their addresses and networks (CIDR).
 */
import { isIP } from "node:net";

/** Nothing, as many hops, or these addresses and networks. */
export type TrustedProxies = false | number | readonly string[];

const HOPS_MAX = 10;
/** Words for networks of the house, as the framework knows them. */
const NAMED = new Set(["loopback", "linklocal", "uniquelocal"]);

/** Null where the text is neither a number of hops nor a list of addresses and networks, or would believe everybody. */
export function readTrustedProxies(text: string): TrustedProxies | null {
  const given = text.trim();
  if (given === "") return false;
  if (/^\d+$/.test(given)) {
    const hops = Number(given);
    return hops >= 1 && hops <= HOPS_MAX ? hops : null;
  }
  const parts = given.split(",").map((part) => part.trim());
  return parts.every((part) => NAMED.has(part) || isNetwork(part)) ? parts : null;
}

/** A single address, or a network that is not the whole world. */
function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128);
}
