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
  // Metadata of Alibaba Cloud; of AWS over IPv6.
  ["100.100.100.200", 32],
  ["fd00:ec2::254", 128],
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
  ["::1", 128],
  ["fc00::", 7],
);

function listOf(...ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, isIP(address) === 6 ? "ipv6" : "ipv4");
  return list;
}

/** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is judged as what it is. */
export function isAddressAllowed(address: string, allowPrivate: boolean): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return !NEVER.check(address, family) && (allowPrivate || !PRIVATE.check(address, family));
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
