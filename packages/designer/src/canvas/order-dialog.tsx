/** A line was drawn between two flows: what it is to mean. */
import { Button, Modal, Space, Typography } from "antd";
import type { FlowRow } from "../api/answers.ts";
import { memo } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import type { Relation } from "./model.ts";
import type { Acts } from "./use-acts.ts";

interface OrderDialogProps {
  readonly bond: { readonly from: string; readonly to: string } | null;
  readonly flows: readonly FlowRow[];
  readonly relations: readonly Relation[];
  readonly onBind: (...bond: Parameters<Acts["bind"]>) => void;
  readonly onClose: () => void;
}

export const OrderDialog = memo(function OrderDialog({ bond, flows, relations, onBind, onClose }: OrderDialogProps) {
  const text = useTexts(canvasTexts);
  const nameOf = (id: string): string => flows.find((flow) => flow.id === id)?.name ?? id;
  if (bond === null) return null;
  const bind = (kind: "after" | "precondition"): void => {
    const before = relations.find((each) => each.kind === kind && each.to === bond.to)?.from ?? null;
    onBind(bond.to, kind, bond.from, before);
    onClose();
  };
  return (
    <Modal
      open
      title={text.order(nameOf(bond.from), nameOf(bond.to))}
      onCancel={onClose}
      footer={
        <Space>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button onClick={() => bind("precondition")}>{text.relation.precondition}</Button>
          <Button type="primary" autoFocus onClick={() => bind("after")}>
            {text.relation.after}
          </Button>
        </Space>
      }
    >
      <Typography.Text>{text.orderAsk}</Typography.Text>
    </Modal>
  );
});
