/**
 * Which addresses a connection may reach. Its hosts are fixed by its settings (caller.ts); here every address that a name stands for is judged when the socket is opened, and the judged one is connected to, so that a
 * name that changes its address afterwards gains nothing. Redirects are not followed at all.
 */
import { lookup, type LookupAddress } from "node:dns";
import { BlockList, connect, isIP, Socket, type LookupFunction } from "node:net";
import { buildConnector } from "undici";

export const ADDRESS_REFUSED = "ADDRESS_REFUSED";

class AddressRefused extends Error {
  readonly code = ADDRESS_REFUSED;
}

/** Nobody's business system: the machine's own metadata service, link-local, multicast, "this network". */
const NEVER = listOf(
  ["169.254.0.0", 16],
  ["0.0.0.0", 8],
  ["224.0.0.0", 3],
  // Metadata of Alibaba Cloud, Azure and Oracle; of AWS and Google over IPv6.
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["192.0.0.0", 24],
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
  // Teredo: an IPv4 address written so that it cannot be judged at sight, and nobody's business system.
  ["2001::", 32],
  ["fe80::", 10],
  ["ff00::", 8],
  ["::", 128],
);
/** The company's own network and this machine. */
const PRIVATE = listOf(
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.0", 8],
  ["100.64.0.0", 10],
  ["198.18.0.0", 15],
  ["::1", 128],
  ["fc00::", 7],
  ["fec0::", 10],
);

function listOf(...ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, isIP(address) === 6 ? "ipv6" : "ipv4");
  return list;
}

/** Ranges of IPv6 that a gateway turns into IPv4, and the first of the two groups in which the IPv4 address stands. */
const TRANSLATED: readonly (readonly [BlockList, number])[] = [
  [listOf(["64:ff9b::", 96], ["64:ff9b:1::", 48], ["::", 96], ["::ffff:0:0:0", 96]), 6],
  [listOf(["2002::", 16]), 1],
];

/** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`, NAT64, 6to4) is judged as what it is. */
export function isAddressAllowed(scoped: string, allowPrivate: boolean): boolean {
  // The interface behind it (`fe80::1%eth0`) is no part of the address.
  const address = scoped.replace(/%.*$/, "");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (NEVER.check(address, family) || (!allowPrivate && PRIVATE.check(address, family))) return false;
  const inner = family === "ipv6" && address !== "::1" ? translated(address) : null;
  return inner === null || isAddressAllowed(inner, allowPrivate);
}

/** The IPv4 address that stands in an IPv6 one; null where there is none. */
function translated(address: string): string | null {
  const at = TRANSLATED.find(([range]) => range.check(address, "ipv6"))?.[1];
  if (at === undefined) return null;
  // As the URL standard writes it: groups of hex alone, the longest run of zeros left out.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string | undefined): readonly string[] => (text === undefined || text === "" ? [] : text.split(":"));
  const [front, back] = [groups(head), groups(tail)];
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => "0"), ...back];
  const [high = 0, low = 0] = all.slice(at, at + 2).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, [] as LookupAddress[]);
      const allowed = addresses.filter(({ address }) => isAddressAllowed(address, allowPrivate));
      const [first] = allowed;
      if (first === undefined) return answer(refused(hostname), [] as LookupAddress[]);
      return options.all === true ? answer(null, allowed) : answer(null, first.address, first.family);
    });
  };
}

/** A socket to an allowed address, for protocols other than HTTP; one that is refused fails like any that cannot be opened. */
export function guardedSocket(host: string, port: number, allowPrivate: boolean): Socket {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) === 0 || isAddressAllowed(bare, allowPrivate)) return connect({ host: bare, port, lookup: guardedLookup(allowPrivate) });
  return new Socket().destroy(refused(host));
}

/** Opens sockets to allowed addresses alone. */
export function guardedConnector(allowPrivate: boolean, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(allowPrivate) });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // A literal address is never looked up.
    if (isIP(host) !== 0 && !isAddressAllowed(host, allowPrivate)) return callback(refused(host), null);
    return connect(options, callback);
  };
}

function refused(host: string): AddressRefused {
  return new AddressRefused(host);
}
