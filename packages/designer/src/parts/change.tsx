/** A value before and after, as JSON text; what is absent says so. Told by signs and words, not by colour alone. */
import { Typography } from "antd";
import { compareTexts } from "../language/compare-texts.ts";
import { useTexts } from "../language/language.tsx";

const SHOWN = 200;

export function Change({ before, after }: { readonly before: string | null; readonly after: string | null }) {
  const { absent } = useTexts(compareTexts);
  const shown = (value: string | null): string => (value === null ? absent : value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  return (
    <span>
      <Typography.Text delete={before !== null} type="secondary" className="mono">
        {shown(before)}
      </Typography.Text>
      {" → "}
      <Typography.Text className="mono" strong={after !== null}>
        {shown(after)}
      </Typography.Text>
    </span>
  );
}
