/** The fields that the source gives: found by name or label, dragged onto a target field's value. */
import { HolderOutlined } from "@ant-design/icons";
import { Input, Tag, Tree, Typography, type TreeDataNode } from "antd";
import { useDeferredValue, useState, type DragEvent } from "react";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { SourceField } from "./fields.ts";

/** What is dragged: the path of a source field. */
export const FIELD_DRAG = "application/x-datong-field";

export function SourceTree({ fields }: { readonly fields: readonly SourceField[] }) {
  const text = useTexts(flowTexts);
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  const shown = wanted === "" ? fields : fields.flatMap((field) => found(field, wanted));
  return (
    <section aria-label={text.sourceFields} style={{ marginBottom: 12 }}>
      <Typography.Text strong>{text.sourceFields}</Typography.Text>
      <Input
        allowClear
        aria-label={text.findField}
        placeholder={text.findField}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        style={{ margin: "8px 0" }}
      />
      <Tree<TreeDataNode>
        key={fields.length}
        blockNode
        selectable={false}
        defaultExpandAll
        height={480}
        virtual
        treeData={shown.map(node)}
      />
    </section>
  );
}

function found(field: SourceField, wanted: string): readonly SourceField[] {
  if (`${field.path} ${field.label}`.toLowerCase().includes(wanted)) return [field];
  const children = field.children.flatMap((child) => found(child, wanted));
  return children.length === 0 ? [] : [{ ...field, children }];
}

function node(field: SourceField): TreeDataNode {
  return { key: field.path, title: <Leaf field={field} />, children: field.children.map(node) };
}

function Leaf({ field }: { readonly field: SourceField }) {
  const begin = (event: DragEvent): void => {
    event.dataTransfer.setData(FIELD_DRAG, field.path);
    event.dataTransfer.setData("text/plain", `{{${field.path}}}`);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <div className="field-leaf" draggable data-field={field.path} onDragStart={begin}>
      <HolderOutlined aria-hidden style={{ opacity: 0.45, marginInlineEnd: 4 }} />
      {field.label === "" || field.path.endsWith(field.label) ? null : <>{field.label} </>}
      <span className="mono">{field.path.split(".").at(-1)}</span>
      {field.type === "array" ? <Tag style={{ marginInlineStart: 6 }}>{"[ ]"}</Tag> : null}
    </div>
  );
}
