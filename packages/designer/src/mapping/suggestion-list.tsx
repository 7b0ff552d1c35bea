/** Suggested matches as a diff: what would go where and why, taken one by one, ticked or all; nothing changes until then. */
import { Checkbox, Modal, Table, Tag, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { captionOf } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import type { Suggestion } from "./suggest.ts";

/** Those less sure are shown, and not ticked. */
const TICKED_FROM = 75;

interface SuggestionListProps {
  readonly suggestions: readonly Suggestion[];
  readonly labels: ReadonlyMap<string, string>;
  readonly onTake: (taken: readonly Suggestion[]) => void;
  readonly onClose: () => void;
}

export function SuggestionList({ suggestions, labels, onTake, onClose }: SuggestionListProps) {
  const text = useTexts(mappingTexts);
  const { language } = useLanguage();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(
    new Set(suggestions.filter(({ sure }) => sure >= TICKED_FROM).map(({ key }) => key)),
  );
  const tick = (key: string, isOn: boolean): void =>
    setTicked((now) => new Set(isOn ? [...now, key] : [...now].filter((each) => each !== key)));
  const taken = suggestions.filter(({ key }) => ticked.has(key));
  const columns: TableColumnsType<Suggestion> = [
    {
      title: "",
      width: 40,
      render: (_, { key, name }) => (
        <Checkbox aria-label={name} checked={ticked.has(key)} onChange={({ target }) => tick(key, target.checked)} />
      ),
    },
    {
      title: text.target,
      render: (_, { name, key }) => (
        <>
          {labels.get(key)} <span className="mono">{name}</span>
        </>
      ),
    },
    {
      title: text.value,
      render: (_, { value, ...source }) => (
        <>
          {captionOf(source, language)} <span className="mono">{value}</span>
        </>
      ),
    },
    {
      title: "",
      width: 170,
      render: (_, { why, sure }) => (
        <Tag>
          {text.why[why]} {text.sure(sure)}
        </Tag>
      ),
    },
  ];
  return (
    <Modal
      open
      width={820}
      title={text.suggest}
      okText={text.takeAll(taken.length)}
      cancelText={text.cancel}
      okButtonProps={{ disabled: taken.length === 0 }}
      onOk={() => onTake(taken)}
      onCancel={onClose}
    >
      <Typography.Paragraph type="secondary">{text.suggestAbout}</Typography.Paragraph>
      <Table
        size="small"
        rowKey="key"
        columns={columns}
        dataSource={[...suggestions]}
        pagination={false}
        virtual
        scroll={{ y: 380, x: 700 }}
      />
    </Modal>
  );
}
