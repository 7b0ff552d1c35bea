/** 审核: Audit one document of any form, by its number. */
import type { Api } from "@datong/core";
import { stepApi } from "../stepping.ts";

export const api: Api = stepApi("audit", "Audit", { zh: "审核", en: "Audit" }, "已提交单据的编码");
