/** Which of these warehouse numbers exist, and how far each has come. For probes. */
import type { Api } from "@datong/core";
import { probeApi, STOCK } from "../probing.ts";

export const api: Api = probeApi(STOCK);
