/** Production, test or development: never in doubt. */
import { Tag } from "antd";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

const COLORS: Readonly<Record<string, string>> = { production: "red", test: "green", development: "blue" };

export function EnvironmentTag({ environment }: { readonly environment: string | null | undefined }) {
  const { environment: names } = useTexts(wordTexts);
  if (environment === null || environment === undefined) return null;
  return <Tag color={COLORS[environment] ?? "default"}>{names[environment] ?? environment}</Tag>;
}
