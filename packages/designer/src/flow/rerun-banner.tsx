/** Come from failed bills to their mapping: once it is published they are run again from here. */
import { Alert } from "antd";
import { useSearchParams } from "react-router";
import { failureTexts } from "../language/failure-texts.ts";
import { useTexts } from "../language/language.tsx";
import { BulkRetry, type BulkSelection } from "../pages/records/bulk-retry.tsx";

/** `isPublished`: what is in the editor is what runs. */
export function RerunBanner({ flow, isPublished }: { readonly flow: string; readonly isPublished: boolean }) {
  const text = useTexts(failureTexts);
  const [params, setParams] = useSearchParams();
  const selection = selectionOf(params.get("rerun"));
  if (selection === null) return null;
  const close = (): void => {
    const next = new URLSearchParams(params);
    next.delete("rerun");
    setParams(next, { replace: true });
  };
  return (
    <Alert
      type="info"
      showIcon
      closable={{ onClose: close }}
      title={text.rerun}
      description={isPublished ? undefined : text.rerunWait}
      action={<BulkRetry flow={flow} selection={selection} label={text.rerunNow} isPrimary isOff={!isPublished} />}
      style={{ marginBottom: 12, position: "sticky", top: 60, zIndex: 5 }}
    />
  );
}

/** Null for an address that says nothing, or nonsense. */
function selectionOf(text: string | null): BulkSelection | null {
  if (text === null) return null;
  try {
    const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { numbers } = given;
    if (Array.isArray(numbers)) return { numbers: numbers.filter((each): each is string => typeof each === "string") };
    const named = ["status", "code", "cause"].flatMap((name) => (typeof given[name] === "string" ? [[name, given[name]]] : []));
    return named.length === 0 ? null : (Object.fromEntries(named) as BulkSelection);
  } catch {
    return null;
  }
}
