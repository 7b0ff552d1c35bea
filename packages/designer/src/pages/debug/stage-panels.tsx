/** What each stage of the debugger shows. */
import { Alert, Collapse, Empty, Flex, Table, Typography } from "antd";
import { Link } from "react-router";
import { debugTexts } from "../../language/debug-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { Exchanges, RequestText } from "../../parts/exchanges.tsx";
import { MessageText } from "../../parts/json-text.tsx";
import { usePlace } from "../../shell/place.tsx";
import { EditableText } from "./editable-text.tsx";
import type { DebugSession, Stage, Step } from "./session-shape.ts";
import { TraceTable } from "./trace-table.tsx";

interface PanelProps {
  readonly session: DebugSession;
  readonly isBusy: boolean;
  readonly go: (step: Step) => void;
}

export function StagePanel({ stage, ...given }: PanelProps & { readonly stage: Stage }) {
  switch (stage) {
    case "read":
      return <ReadPanel {...given} />;
    case "rows":
      return <RowsPanel {...given} />;
    case "bills":
      return <BillsPanel {...given} />;
    case "map":
      return <MapPanel {...given} />;
    case "request":
      return <RequestPanel {...given} />;
  }
}

function NotYet() {
  const text = useTexts(debugTexts);
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
}

function ReadPanel({ session, isBusy, go }: PanelProps) {
  const text = useTexts(debugTexts);
  const { read } = session;
  if (read === null) return <NotYet />;
  return (
    <Flex vertical gap={8}>
      {read.isStored ? <Alert type="info" showIcon title={text.storedRead} /> : null}
      {read.exchanges.length === 0 ? (
        <Typography.Text type="secondary">{text.noExchange}</Typography.Text>
      ) : (
        <Exchanges exchanges={read.exchanges} isOpen />
      )}
      {read.answer === null ? null : (
        <EditableText
          title={text.answer}
          text={read.answer}
          isEdited={read.isEdited}
          isBusy={isBusy}
          isFolded
          onRun={(typed) => go({ from: "read", text: typed })}
        />
      )}
    </Flex>
  );
}

function RowsPanel({ session, isBusy, go }: PanelProps) {
  const text = useTexts(debugTexts);
  const { records, record } = session;
  if (record === null)
    return (
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            {text.noBills}
            <br />
            {text.noBillsTodo}
          </>
        }
      />
    );
  return (
    <Flex vertical gap={12}>
      {records.length < 2 ? null : (
        <Table
          size="small"
          rowKey={({ key }) => key ?? ""}
          title={() => text.pageBills(records.length)}
          dataSource={[...records]}
          pagination={{ pageSize: 8, hideOnSinglePage: true, size: "small" }}
          rowSelection={{
            type: "radio",
            selectedRowKeys: [record.key ?? ""],
            getCheckboxProps: ({ number, key }) => ({ "aria-label": number ?? key ?? "", disabled: isBusy }),
            onChange: ([key]) => {
              if (typeof key === "string") go({ from: "rows", record: key });
            },
          }}
          columns={[
            { title: text.bill(""), render: (_, { number, key }) => number ?? key },
            { title: "", align: "right", render: (_, { rows }) => text.rowsOf(rows) },
          ]}
        />
      )}
      <EditableText
        key={record.key}
        title={`${record.number ?? record.key ?? ""} · ${text.stage.rows}`}
        text={record.text}
        isEdited={record.isEdited}
        isBusy={isBusy}
        onRun={(typed) => go({ from: "rows", text: typed })}
      />
    </Flex>
  );
}

function BillsPanel({ session, isBusy, go }: PanelProps) {
  const text = useTexts(debugTexts);
  const { told } = useLanguage();
  const { bills } = session;
  if (bills === null) return <NotYet />;
  const rules = Map.groupBy(bills.dropped, ({ rule }) => rule);
  return (
    <Flex vertical gap={12}>
      {[...rules].map(([rule, rows]) => (
        <Alert key={rule} type="info" showIcon title={text.dropped(rows.length, rule)} />
      ))}
      {bills.problem === null ? null : <Alert type="error" showIcon title={told(bills.problem.text)} description={bills.problem.code} />}
      {bills.items.length === 0 && bills.problem === null ? <Alert type="info" showIcon title={text.allDropped} /> : null}
      {bills.steps.length < 2 ? null : (
        <Collapse
          size="small"
          items={[
            {
              key: "steps",
              label: `${text.steps}: ${bills.steps.map(({ kind, bills: n }) => text.step(kind, n)).join(" → ")}`,
              children: bills.steps.map(({ kind, bills: n, sample }) => (
                <MessageText key={kind} title={text.step(kind, n)} text={sample} />
              )),
            },
          ]}
        />
      )}
      {bills.items.map(({ part, text: bill, isEdited }) => (
        <EditableText
          key={part}
          title={text.bill(part)}
          text={bill}
          isEdited={isEdited}
          isBusy={isBusy}
          onRun={(typed) => go({ from: "bills", part, text: typed })}
        />
      ))}
    </Flex>
  );
}

function MapPanel({ session, isBusy, go }: PanelProps) {
  const text = useTexts(debugTexts);
  const { told } = useLanguage();
  const { to } = usePlace();
  const { documents } = session;
  if (documents === null) return <NotYet />;
  return (
    <Flex vertical gap={16}>
      {documents.map((document) => (
        <div key={document.unit}>
          {document.problem === null ? null : (
            <Alert
              type="error"
              showIcon
              title={told(document.problem.text)}
              description={`${text.problem} · ${document.problem.code}`}
              action={<Link to={to(`flows/${session.flow}`)}>{text.toMapping}</Link>}
              style={{ marginBottom: 8 }}
            />
          )}
          <TraceTable trace={document.trace} />
          {document.body === null ? null : (
            <EditableText
              title={`${text.body} · ${document.externalKey ?? ""}`}
              text={document.body}
              isEdited={document.isEdited}
              isBusy={isBusy}
              onRun={(typed) => go({ from: "map", part: document.part, text: typed })}
            />
          )}
        </div>
      ))}
    </Flex>
  );
}

function RequestPanel({ session, isBusy, go }: PanelProps) {
  const text = useTexts(debugTexts);
  const { documents } = session;
  if (documents === null || documents.every(({ request }) => request === null)) return <NotYet />;
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">{text.unsigned}</Typography.Text>
      {documents.map(({ unit, part, request, requestBody, isRequestEdited, externalKey }) =>
        request === null ? null : (
          <Flex key={unit} vertical gap={8}>
            <RequestText text={request} title={externalKey ?? unit} />
            {requestBody === null ? (
              <Typography.Text type="secondary">{text.notEditable}</Typography.Text>
            ) : (
              <EditableText
                title={text.requestBody}
                text={requestBody}
                isEdited={isRequestEdited}
                isBusy={isBusy}
                isFolded
                onRun={(typed) => go({ from: "request", part, text: typed })}
              />
            )}
          </Flex>
        ),
      )}
    </Flex>
  );
}
