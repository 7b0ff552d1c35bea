/** 反审核: Un-audit one document of any form, by its number. */
import type { Api } from "@datong/core";
import { stepApi } from "../stepping.ts";

export const api: Api = stepApi("unAudit", "UnAudit", { zh: "反审核", en: "Un-audit" }, "已审核单据的编码", "delete");
