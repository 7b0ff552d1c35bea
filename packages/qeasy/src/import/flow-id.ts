/** Ids of imported flows: made of systems and what is moved, in letters that a file's name may have. */
import type { Api } from "@datong/core";
import type { Scheme } from "../scheme/scheme.ts";
import type { SideChoice } from "./work.ts";

const LENGTH_MAX = 90;

/** `jushuitan-qimen-saleout-list-query-to-kingdee-galaxy-sal-outstock` */
export function flowId(scheme: Scheme, source: SideChoice, target: SideChoice, write: Api | undefined): string {
  const ends = [`${source.system}${subject(source, source.api)}`, `${target.system}${subject(target, write)}`];
  const id = ends.join("-to-").slice(0, LENGTH_MAX).replace(/-+$/, "");
  return /^[a-z0-9]/.test(id) ? id : `scheme-${scheme.line}`;
}

function subject({ code, form, system }: SideChoice, api: Api | undefined): string {
  if (system === "datong") return "";
  const named = form ?? /:(\w+)$/.exec(api?.code ?? "")?.[1] ?? code ?? api?.code ?? "";
  const words = named
    .replace(/\{[^}]*\}/g, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(
      (word) => word !== "" && !system.split("-").includes(word) && !["api", "open", "openapi", "v1", "v2", "wdt", "taobao"].includes(word),
    );
  return words.length === 0 ? "" : `-${words.slice(-4).join("-")}`;
}
