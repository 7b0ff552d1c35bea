/** The vendor for volume in a thread of its own, so that what a test measures does not wait for it. Any message is answered with the account. */
import { parentPort } from "node:worker_threads";
import { startBulkVendor } from "./bulk-vendor.ts";

/** What was taken so far. */
export interface BulkAccount {
  readonly taken: number;
  readonly doubles: number;
}

const vendor = await startBulkVendor();
parentPort?.on("message", () => {
  parentPort?.postMessage({ taken: vendor.taken.size, doubles: vendor.doubles.length } satisfies BulkAccount);
});
parentPort?.postMessage(vendor.url);
