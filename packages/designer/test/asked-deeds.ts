/** Which of the server's routes the console names where it decides what to show, and which route a request is. */
import { readdir, readFile } from "node:fs/promises";
import { ROUTES } from "@datong/server";
import { DEEDS } from "../src/api/deeds.ts";

const SOURCE = new URL("../src/", import.meta.url);
const TABLE = "api/deeds.ts";

/** Named in `may(…)`, or in a list of deeds. */
export async function askedDeeds(): Promise<ReadonlySet<string>> {
  const files = (await readdir(SOURCE, { recursive: true })).filter((name) => /\.tsx?$/.test(name) && name !== TABLE);
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, SOURCE), "utf8")));
  const lists = texts.flatMap((text) => [...text.matchAll(/\bmay\(([^)]*)\)|\bdeeds=\{\[([^\]]*)\]|: \[((?:\s*"\w+",?)+\s*)\]/g)]);
  const named = lists.flatMap((found) =>
    [
      ...found
        .slice(1)
        .join(" ")
        .matchAll(/"(\w+)"/g),
    ].map(([, name = ""]) => name),
  );
  return new Set(named.filter((name) => Object.hasOwn(DEEDS, name)));
}

/** The route of a request; null where it is none of the API. */
export function deedOf(method: string, path: string): string | null {
  const fits = ({ url, method: own }: (typeof ROUTES)[number]): boolean =>
    own === method && new RegExp(`^${url.replace(/:\w+/g, "[^/]+")}$`).test(path);
  return ROUTES.find(fits)?.id ?? null;
}
