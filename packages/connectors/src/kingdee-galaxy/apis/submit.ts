/** 提交: Submit one document of any form, by its number. */
import type { Api } from "@datong/core";
import { stepApi } from "../stepping.ts";

export const api: Api = stepApi("submit", "Submit", { zh: "提交", en: "Submit" }, "batchSave 所建单据的编码");
