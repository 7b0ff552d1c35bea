/** The palette's entries: pages of the menu, flows, connections and actions that this person may use, and bills by the number that is typed. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { RecordRef } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections, useFlows } from "../api/hooks.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { paletteTexts } from "../language/palette-texts.ts";
import { shellTexts } from "../language/shell-texts.ts";
import { useShade } from "../look/look.tsx";
import { PAGE_DEEDS } from "../shell/page-deeds.ts";
import { recordPath, usePlace } from "../shell/place.tsx";
import { mayBeNumber, type Entry, type EntryKind } from "./entries.ts";

/** Found by the words of both languages, whichever is shown. */
const MENUS = [shellTexts.zh.menu, shellTexts.en.menu] as const;

export function useEntries(): readonly Entry[] {
  const text = useTexts(paletteTexts);
  const shell = useTexts(shellTexts);
  const { language, setLanguage } = useLanguage();
  const { shade, setShade } = useShade();
  const { workspace, to, may } = usePlace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const flows = useFlows(workspace).data?.items;
  const connections = useConnections(workspace).data?.items;
  return useMemo(() => {
    const path =
      (rest: string): (() => void) =>
      () =>
        void navigate(to(rest));
    const entry = (kind: EntryKind, id: string, label: string, names: readonly string[], go: () => void, about = ""): Entry => ({
      id: `${kind}:${id}`,
      kind,
      label,
      names,
      go,
      about,
    });
    const pages = (Object.keys(shell.menu) as (keyof typeof shell.menu)[])
      .map((key) => ({ key, at: key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) }))
      .filter(({ at }) => may(...(PAGE_DEEDS[at] ?? [])))
      .map(({ key, at }) => entry("page", key, shell.menu[key], [at, ...MENUS.map((menu) => menu[key])], path(at)));
    const action = (id: keyof typeof paletteTexts.zh & string, label: string, go: () => void): Entry =>
      entry("action", id, label, [String(paletteTexts.zh[id]), String(paletteTexts.en[id])], go);
    const actions = [
      ...(may("saveFlow", "saveConnection")
        ? [action("newFlow", text.newFlow, path("flows/new")), action("newConnection", text.newConnection, path("connections/new"))]
        : []),
      action("toEnglish", text.toEnglish, () => setLanguage(language === "zh" ? "en" : "zh")),
      shade === "light" ? action("toDark", text.toDark, () => setShade("dark")) : action("toLight", text.toLight, () => setShade("light")),
      action("docs", text.docs, () => void window.open("/docs", "_blank")),
      action("logOut", text.logOut, () => {
        void ask("POST", "/api/v1/logout").then(() => {
          queries.clear();
          void navigate("/login");
        });
      }),
    ];
    return [
      ...pages,
      ...(flows ?? []).map(({ id, name }) => entry("flow", id, name ?? id, [id], path(`flows/${id}`), id)),
      ...(connections ?? []).map(({ id, name, system }) =>
        entry("connection", id, name ?? id, [id, system ?? ""], path(`connections/${id}`), id),
      ),
      ...actions,
      ...(flows ?? []).map(({ id, name }) =>
        entry("steps", id, `${text.groups.steps} · ${name ?? id}`, [id], path(`flows/${id}?tab=steps`), id),
      ),
    ];
  }, [connections, flows, language, may, navigate, queries, setLanguage, setShade, shade, shell, text, to]);
}

/** Bills whose number on either side begins with it. */
export function useBills(typed: string): { readonly bills: readonly Entry[]; readonly isAsking: boolean } {
  const text = useTexts(paletteTexts);
  const { workspace, to } = usePlace();
  const navigate = useNavigate();
  const number = typed.trim();
  const isOn = mayBeNumber(number);
  const { data, isFetching } = useQuery({
    queryKey: ["w", workspace, "palette", number],
    enabled: isOn,
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly RecordRef[] }>(
        "GET",
        workspacePath(workspace, `records/search?number=${encodeURIComponent(number)}&beginning=true`),
        { signal },
      ),
  });
  const bills = useMemo(() => {
    if (!isOn) return [];
    const found = (data?.items ?? []).slice(0, 8).map(({ flow, key, number: own }): Entry => {
      const label = own ?? key;
      return { id: `bill:${flow}:${key}`, kind: "bill", label, about: flow, names: [], go: () => void navigate(to(recordPath(flow, key))) };
    });
    const all: Entry = {
      id: "bill:all",
      kind: "bill",
      label: text.findAll(number),
      about: "",
      names: [],
      go: () => void navigate(to(`records?find=${encodeURIComponent(number)}`)),
    };
    return [...found, all];
  }, [data, isOn, navigate, number, text, to]);
  return { bills, isAsking: isOn && isFetching };
}
