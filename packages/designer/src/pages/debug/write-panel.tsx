/** The held write: what it would do, typed again where the target is production, and what came of it. */
import { Alert, Button, Empty, Flex, Input, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { debugTexts } from "../../language/debug-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { EnvironmentTag } from "../../parts/environment-tag.tsx";
import { Exchanges } from "../../parts/exchanges.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";
import type { DebugSession } from "./session-shape.ts";

interface WritePanelProps {
  readonly session: DebugSession;
  readonly isBusy: boolean;
  readonly onWrite: () => void;
}

export function WritePanel({ session, isBusy, onWrite }: WritePanelProps) {
  const text = useTexts(debugTexts);
  const words = useTexts(wordTexts);
  const [typed, setTyped] = useState("");
  const { target, isTrial, isForeign, edited, documents, written } = session;
  if (written !== null) return <Written session={session} />;
  const isReady = documents !== null && documents.length > 0 && documents.every(({ request }) => request !== null);
  if (!isReady)
    return (
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            {text.notYet}
            <br />
            {text.notYetTodo}
          </>
        }
      />
    );
  const ownRefusal =
    edited.includes("read") || edited.includes("rows")
      ? text.editedRows
      : isForeign
        ? text.foreignRows
        : edited.includes("request")
          ? text.editedRequest
          : null;
  const refusal = isTrial ? null : ownRefusal;
  if (refusal !== null) return <Alert type="warning" showIcon title={text.notWritable} description={refusal} />;
  const isProduction = target.environment === "production";
  return (
    <Flex vertical gap={12}>
      <Alert
        type="warning"
        showIcon
        title={text.held}
        description={
          <>
            {text.heldTo(target.id)} <EnvironmentTag environment={target.environment} />
            {isTrial ? <div>{text.trial}</div> : null}
            {edited.length === 0 ? null : <div data-edited>{text.willRecord(words.list(edited.map((stage) => text.stage[stage])))}</div>}
          </>
        }
      />
      <Space wrap>
        {isProduction ? (
          <Input
            aria-label={text.typeName(target.id)}
            placeholder={text.typeName(target.id)}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            style={{ width: 360 }}
          />
        ) : null}
        <Button type="primary" danger loading={isBusy} disabled={isProduction && typed !== target.id} onClick={onWrite}>
          {text.write}
        </Button>
      </Space>
    </Flex>
  );
}

function Written({ session }: { readonly session: DebugSession }) {
  const text = useTexts(debugTexts);
  const records = useTexts(recordTexts);
  const { status, list } = useTexts(wordTexts);
  const { to } = usePlace();
  const { told } = useLanguage();
  const { written, isTrial, flow, edited } = session;
  if (written === null) return null;
  const said = written.documents
    .flatMap(({ vendorText, number, targetId }) => (vendorText === null ? (number ?? targetId ?? []) : told(vendorText)))
    .join(", ");
  return (
    <Flex vertical gap={12}>
      <Alert
        type={written.status === "done" ? "success" : written.status === "failed" ? "error" : "warning"}
        showIcon
        title={<span data-written>{text.written(status[written.status])}</span>}
        description={
          <>
            {said}
            {edited.length === 0 ? null : <div data-edited>{text.recorded(list(edited.map((stage) => text.stage[stage])))}</div>}
          </>
        }
        action={isTrial ? undefined : <Link to={to(recordPath(flow, written.key))}>{text.toStory}</Link>}
      />
      {written.documents.map((document) => (
        <Exchanges key={document.id} exchanges={document.exchanges} title={records.exchanges} isOpen />
      ))}
    </Flex>
  );
}
