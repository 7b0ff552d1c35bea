/** Which of these customer numbers exist, and how far each has come. For probes. */
import type { Api } from "@datong/core";
import { CUSTOMER, probeApi } from "../probing.ts";

export const api: Api = probeApi(CUSTOMER);
