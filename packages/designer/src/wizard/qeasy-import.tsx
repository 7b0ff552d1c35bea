/** A scheme of 轻易云, pasted or dropped: the migration report with its decisions as a form, recalculated with every answer, then made drafts. */
import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Input, Select, Upload } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ask, workspacePath, type FlowIssue } from "../api/ask.ts";
import { useConnections } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { flowTexts } from "../language/flow-texts.ts";
import { wizardTexts } from "../language/wizard-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { base64 } from "../parts/base64.ts";
import { connectionOptions } from "../parts/connection-options.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";
import { usePlace } from "../shell/place.tsx";
import { ImportedReport } from "./imported-report.tsx";

export interface Remark {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}
export interface Decision extends Remark {
  readonly key: string;
  readonly proposal: unknown;
}
export interface Imported {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly taken: number;
  readonly changed: readonly Remark[];
  readonly decisions: readonly Decision[];
  readonly unknown: readonly { readonly line: number; readonly path: string; readonly key: string }[];
  readonly credentials: readonly string[];
  readonly lacks: readonly { readonly id: string; readonly name: string; readonly system: string }[];
  readonly answers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly issues: readonly FlowIssue[];
  readonly revision: number | null;
}
interface ImportAnswer {
  readonly flows: readonly Imported[];
  readonly refused: readonly { readonly file: string; readonly zh: string; readonly en: string }[];
}
interface GivenFile {
  readonly file: string;
  readonly text?: string;
  readonly content?: string;
}

/** Flow to decision to answer. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function QeasyImport({ onBack }: { readonly onBack: () => void }) {
  const text = useTexts(wizardTexts);
  const [pasted, setPasted] = useState("");
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const [sides, setSides] = useState<{ readonly sourceConnection?: string; readonly targetConnection?: string }>({});
  const { answer, error, isBusy, send } = useImport();
  const given: readonly GivenFile[] = [...(pasted.trim() === "" ? [] : [{ file: text.pasted, text: pasted }]), ...files];
  if (answer !== null && answer.flows.length > 0)
    return (
      <Report
        answer={answer}
        isBusy={isBusy}
        error={error}
        onAnswer={(answers, keep) => void send({ files: given, ...sides, answers, keep })}
        onBack={() => void send(null)}
      />
    );
  return (
    <Card size="small" title={text.importQeasy}>
      <Flex vertical gap={12}>
        <Input.TextArea
          className="mono"
          rows={10}
          aria-label={text.paste}
          placeholder={text.paste}
          value={pasted}
          onChange={({ target }) => setPasted(target.value)}
        />
        <Upload.Dragger
          multiple
          accept=".json,.txt,.md,.html,.xlsx,.xls,.csv"
          fileList={files.map(({ file }) => ({ uid: file, name: file }))}
          onRemove={({ name }) => setFiles(files.filter(({ file }) => file !== name))}
          beforeUpload={(file) => {
            void readFile(file).then((read) => setFiles((now) => [...now.filter((each) => each.file !== read.file), read]));
            // It is read here and goes with the question; nothing is uploaded by itself.
            return false;
          }}
        >
          <InboxOutlined style={{ fontSize: 28 }} aria-hidden />
          <div>{text.drop}</div>
        </Upload.Dragger>
        <ConnectionChoice sides={sides} onChange={setSides} />
        {error === null ? null : <ProblemAlert error={error} />}
        {answer?.refused.map(({ file, zh, en }) => (
          <Refused key={file} file={file} zh={zh} en={en} />
        ))}
        <Flex gap={8} justify="end">
          <BackButton onBack={onBack} />
          <Button type="primary" disabled={given.length === 0} loading={isBusy} onClick={() => void send({ files: given, ...sides })}>
            {text.read}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}

interface Question {
  readonly files: readonly GivenFile[];
  readonly answers?: Answers;
  readonly keep?: boolean;
}

function useImport() {
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [answer, setAnswer] = useState<ImportAnswer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (question: Question | null): Promise<void> => {
    setError(null);
    if (question === null) {
      setAnswer(null);
      return;
    }
    setBusy(true);
    try {
      setAnswer(await ask<ImportAnswer>("POST", workspacePath(workspace, "flow-imports/qeasy"), { body: question }));
      if (question.keep === true) await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return { answer, error, isBusy, send };
}

function Refused({ file, zh, en }: { readonly file: string; readonly zh: string; readonly en: string }) {
  const text = useTexts(wizardTexts);
  return <Alert type="error" showIcon title={`${file}: ${text.refused}`} description={`${zh} / ${en}`} />;
}

function BackButton({ onBack }: { readonly onBack: () => void }) {
  return <Button onClick={onBack}>{useTexts(flowTexts).back}</Button>;
}

interface ConnectionChoiceProps {
  readonly sides: { readonly sourceConnection?: string; readonly targetConnection?: string };
  readonly onChange: (sides: ConnectionChoiceProps["sides"]) => void;
}

function ConnectionChoice({ sides, onChange }: ConnectionChoiceProps) {
  const text = useTexts(wizardTexts);
  const words = useTexts(wordTexts);
  const { workspace } = usePlace();
  const options = connectionOptions(useConnections(workspace).data?.items ?? []);
  const choice = (key: "sourceConnection" | "targetConnection", label: string) => (
    <Select
      allowClear
      aria-label={label}
      placeholder={words.labelled(label, text.auto)}
      style={{ minWidth: 240 }}
      value={sides[key] ?? null}
      options={options}
      onChange={(value: string | null | undefined) => {
        const { [key]: _before, ...rest } = sides;
        onChange(value === null || value === undefined ? rest : { ...rest, [key]: value });
      }}
    />
  );
  return (
    <Flex gap={8} wrap>
      {choice("sourceConnection", text.sourceConnection)}
      {choice("targetConnection", text.targetConnection)}
    </Flex>
  );
}

async function readFile(file: File): Promise<GivenFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (/\.(xlsx|xls|csv)$/i.test(file.name)) return { file: file.name, content: base64(bytes) };
  const text = new TextDecoder("utf-8").decode(bytes);
  // Pages are saved in whatever encoding; what is no UTF-8 is most likely GB18030.
  return { file: file.name, text: text.includes("\uFFFD") ? new TextDecoder("gb18030").decode(bytes) : text };
}

interface ReportProps {
  readonly answer: ImportAnswer;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onAnswer: (answers: Answers, keep: boolean) => void;
  readonly onBack: () => void;
}

function Report({ answer, isBusy, error, onAnswer, onBack }: ReportProps) {
  const text = useTexts(wizardTexts);
  const { to } = usePlace();
  const [answers, setAnswers] = useState<Answers>({});
  const isKept = answer.flows.every(({ revision }) => revision !== null);
  // Decisions are nowhere but here until the drafts are made.
  const [keptAnswers, setKeptAnswers] = useState<Answers | null>(null);
  const isDirty = Object.keys(answers).length > 0 && !(isKept && answers === keptAnswers);
  useUnsavedGuard(isDirty);
  const keep = (): void => {
    setKeptAnswers(answers);
    onAnswer(answers, true);
  };
  return (
    <>
      {error === null ? null : <ProblemAlert error={error} />}
      {isKept ? (
        <Alert
          type="success"
          showIcon
          style={{ marginBottom: 12 }}
          title={text.kept}
          description={answer.flows.map(({ id, name }) => (
            <div key={id}>
              <Link to={to(`flows/${id}`)}>
                {text.open} {name}
              </Link>
            </div>
          ))}
        />
      ) : null}
      {answer.refused.map(({ file, zh, en }) => (
        <Refused key={file} file={file} zh={zh} en={en} />
      ))}
      {answer.flows.map((flow) => (
        <ImportedReport
          key={flow.id}
          flow={flow}
          given={answers[flow.id] ?? {}}
          onGiveAll={(all) => setAnswers({ ...answers, [flow.id]: { ...all, ...answers[flow.id] } })}
          onGive={(key, value) => setAnswers({ ...answers, [flow.id]: withAnswer(answers[flow.id] ?? {}, key, value) })}
        />
      ))}
      <Flex gap={8} justify="end" wrap>
        <Button onClick={onBack}>{text.again}</Button>
        <Button loading={isBusy} onClick={() => onAnswer(answers, false)}>
          {text.recalculate}
        </Button>
        <Button type="primary" loading={isBusy} onClick={() => keep()}>
          {text.keep(answer.flows.length)}
        </Button>
      </Flex>
    </>
  );
}

/** An empty answer is none: the draft keeps its way. */
function withAnswer(given: Readonly<Record<string, unknown>>, key: string, value: unknown): Readonly<Record<string, unknown>> {
  const { [key]: _before, ...rest } = given;
  return value === undefined ? rest : { ...rest, [key]: value };
}
