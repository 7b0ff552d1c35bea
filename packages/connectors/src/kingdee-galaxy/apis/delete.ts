/** 删除: Delete one document of any form, by its number. */
import type { Api } from "@datong/core";
import { stepApi } from "../stepping.ts";

export const api: Api = stepApi("delete", "Delete", { zh: "删除", en: "Delete" }, "未审核单据的编码");
