/** Bills narrowed by when they last changed, by a code or a business cause; all of it stands in the address. */
import { Button, Flex, Input, Tag, Typography } from "antd";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";

export const NARROWING = ["code", "cause", "from", "to"] as const;

/** What of the address narrows the list, as the server takes it. */
export function narrowingOf(params: URLSearchParams): string {
  const given = NARROWING.flatMap((name): [string, string][] => {
    const value = params.get(name);
    return value === null ? [] : [[name, value]];
  });
  return new URLSearchParams(given).toString();
}

interface NarrowingProps {
  readonly params: URLSearchParams;
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

export function Narrowing({ params, set }: NarrowingProps) {
  const text = useTexts(failureTexts);
  const cause = params.get("cause");
  const code = params.get("code") ?? "";
  const at = (name: "from" | "to", label: string) => (
    <Input
      type="datetime-local"
      aria-label={label}
      style={{ width: 200 }}
      value={wallText(params.get(name))}
      onChange={({ target }) => {
        const ms = new Date(target.value).getTime();
        set({ [name]: Number.isNaN(ms) ? null : String(ms) });
      }}
    />
  );
  const since = (days: number) => {
    const start = new Date();
    start.setHours(0, 0, 0, 0);
    return String(start.getTime() - days * 86_400_000);
  };
  return (
    <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
      <Typography.Text>{text.changedWithin}</Typography.Text>
      {at("from", text.changedFrom)}–{at("to", text.changedTo)}
      <Button size="small" onClick={() => set({ from: since(0), to: null })}>
        {text.today}
      </Button>
      <Button size="small" onClick={() => set({ from: since(6), to: null })}>
        {text.week}
      </Button>
      <Input.Search
        key={code}
        allowClear
        aria-label={text.code}
        placeholder={text.code}
        defaultValue={code}
        style={{ width: 220 }}
        onSearch={(value) => set({ code: value.trim() })}
      />
      {cause === null ? null : (
        <Tag closable onClose={() => set({ cause: null })}>
          {text.cause} {cause}
        </Tag>
      )}
    </Flex>
  );
}

/** As the browser's own field takes it: the reader's wall time to the minute. */
function wallText(ms: string | null): string {
  if (ms === null || !/^\d{1,15}$/.test(ms)) return "";
  const at = new Date(Number(ms));
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
