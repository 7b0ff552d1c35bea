/** Which of these material numbers exist, and how far each has come. For probes. */
import type { Api } from "@datong/core";
import { MATERIAL, probeApi } from "../probing.ts";

export const api: Api = probeApi(MATERIAL);
