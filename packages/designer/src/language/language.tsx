/**
 * The reader's language: Chinese first, English complete. Each page has its texts as a pair typed alike, so a text that one language lacks
 * is a fault of the compiler, and a page that is not open brings none.
 */
import { inLanguage, type Language } from "@datong/core";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";

export interface Pair<T> {
  readonly zh: T;
  readonly en: T;
}

/** English has exactly what Chinese has: keys, and the parameters of texts that take some. */
export function both<T>(zh: T, en: NoInfer<T>): Pair<T> {
  return { zh, en };
}

interface Reader {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  /** Of a pair, the reader's. */
  readonly pick: <T>(pair: Pair<T>) => T;
  /** Of a reason that the ledger keeps in both languages, the reader's. */
  readonly told: (text: string) => string;
}

const KEY = "datong.language";
const LanguageContext = createContext<Reader | null>(null);

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.languages.some((each) => each.startsWith("zh")) ? "zh" : "en";
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const reader = useMemo<Reader>(
    () => ({ language, setLanguage, pick: (pair) => pair[language], told: (text) => inLanguage(text, language) }),
    [language],
  );
  return <LanguageContext value={reader}>{children}</LanguageContext>;
}

export function useLanguage(): Reader {
  const reader = use(LanguageContext);
  if (reader === null) throw new Error("outside of LanguageProvider");
  return reader;
}

export function useTexts<T>(pair: Pair<T>): T {
  return useLanguage().pick(pair);
}
