/** Remarks in both languages, `中文 / English`: what the ledger keeps as a reason, and what notes say. Apart from the error table, which the console that needs it does not load. */
export type Language = "zh" | "en";

/**
 * One side of such a remark; any other text as it is. Values with a slash stand on both sides alike, so that the middle is where the sides
 * part; both sides have to look like their language. A code in front (`CODE: 中文 / English`) belongs to both.
 */
export function inLanguage(text: string, language: Language): string {
  const code = /^[A-Z][A-Z0-9_]+: /.exec(text)?.[0] ?? "";
  const parts = text.slice(code.length).split(" / ");
  const half = parts.length / 2;
  if (!Number.isInteger(half)) return text;
  const [zh, en] = [parts.slice(0, half).join(" / "), parts.slice(half).join(" / ")];
  if (!/\p{Script=Han}/u.test(zh) || (half > 1 && !/[a-z]{2} [a-z]/.test(en))) return text;
  return `${code}${language === "zh" ? zh : en}`;
}
