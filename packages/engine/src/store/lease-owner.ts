/** Who holds a flow's lease, as a text: the machine, the process and when it began. A process number may come back after a restart. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { identityOf, isAlive, ownIdentity } from "./postgres/process-identity.ts";

/** A new holder within this process. */
export function leaseOwner(): string {
  const { pid, startTicks, bootId } = ownIdentity();
  return [hostname(), pid, startTicks, bootId, randomUUID()].join(":");
}

/**
 * A holder on this machine is alive when its process is: that one, and not another one of its number or what is left of it until somebody
 * takes note of its end. Of another machine only its lease tells.
 */
export function isOwnerAlive(owner: string): boolean {
  const [host, pid, startTicks, bootId, unique] = owner.split(":");
  if (host !== hostname()) return true;
  if (startTicks !== undefined && bootId !== undefined && unique !== undefined) return isAlive({ pid: Number(pid), startTicks, bootId });
  // Written by a version that told the beginning by the clock.
  return Number(pid) !== process.pid && identityOf(Number(pid)) !== undefined;
}
