/** The fields that the source gives, each with a value of the sample: found by name, label or value; dragged, or put in by a click or Enter. */
import { HolderOutlined } from "@ant-design/icons";
import { Input, Tag, Tree, Typography, type TreeDataNode } from "antd";
import { memo, useDeferredValue, useMemo, useState, type DragEvent } from "react";
import { captionOf } from "../flow/fields.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { mappingTexts } from "../language/mapping-texts.ts";
import { fitsTyped, usePinyin, type ToPinyin } from "../parts/pinyin.ts";
import type { SampledField } from "./source-values.ts";

/** What is dragged: the path of a source field. */
export const FIELD_DRAG = "application/x-datong-field";

interface SourcePanelProps {
  readonly fields: readonly SampledField[];
  readonly height: number;
  readonly onUse: (path: string) => void;
}

export const SourcePanel = memo(function SourcePanel({ fields, height, onUse }: SourcePanelProps) {
  const text = useTexts(mappingTexts);
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  const toPinyin = usePinyin();
  const shown = useMemo(
    () => (wanted === "" ? fields : fields.flatMap((field) => found(field, wanted, toPinyin))),
    [fields, wanted, toPinyin],
  );
  const nodes = useMemo(() => shown.map((field) => node(field)), [shown]);
  return (
    <section aria-label={text.sourceFields} className="map-source">
      <Typography.Text strong>{text.sourceFields}</Typography.Text>
      <Input
        allowClear
        aria-label={text.findSource}
        placeholder={text.findSource}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        style={{ margin: "8px 0" }}
      />
      <Tree<TreeDataNode>
        key={`${fields.length} ${wanted}`}
        blockNode
        selectable={false}
        defaultExpandAll
        height={height}
        itemHeight={28}
        virtual
        treeData={nodes}
        onKeyDown={(event) => {
          const path = (event.target as Element)
            .closest(".ant-tree")
            ?.querySelector(".ant-tree-treenode-active [data-field]")
            ?.getAttribute("data-field");
          if (event.key === "Enter" && path !== null && path !== undefined) onUse(path);
        }}
        onDoubleClick={(_, { key }) => onUse(String(key))}
      />
    </section>
  );
});

function found(field: SampledField, wanted: string, pinyin: ToPinyin | null): readonly SampledField[] {
  if ((field.sample ?? "").toLowerCase().includes(wanted) || fitsTyped([field.path, field.label, field.labelEn ?? ""], wanted, pinyin))
    return [field];
  const children = field.children.flatMap((child) => found(child, wanted, pinyin));
  return children.length === 0 ? [] : [{ ...field, children }];
}

function node(field: SampledField): TreeDataNode {
  return { key: field.path, title: <Leaf field={field} />, children: field.children.map(node) };
}

function Leaf({ field }: { readonly field: SampledField }) {
  const begin = (event: DragEvent): void => {
    event.dataTransfer.setData(FIELD_DRAG, field.path);
    event.dataTransfer.setData("text/plain", `{{${field.path}}}`);
    event.dataTransfer.effectAllowed = "copy";
  };
  const { language } = useLanguage();
  const caption = captionOf(field, language);
  const last = field.path.slice(field.path.lastIndexOf(".") + 1);
  return (
    <div className="field-leaf map-leaf" draggable data-field={field.path} onDragStart={begin} title={`${caption} ${field.path}`}>
      <HolderOutlined aria-hidden style={{ opacity: 0.45, marginInlineEnd: 4 }} />
      {caption === "" || last === caption ? null : <span>{caption} </span>}
      <span className="mono">{last}</span>
      {field.type === "array" ? <Tag style={{ marginInlineStart: 6 }}>{`[${field.sample ?? " "}]`}</Tag> : null}
      {field.type === "array" || field.sample === null || field.sample === "" ? null : (
        <span className="map-sample mono">{field.sample}</span>
      )}
    </div>
  );
}
