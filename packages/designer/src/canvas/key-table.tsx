/** The canvas's keys as a table. */
import { Modal, Table } from "antd";
import { memo } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";

export const KeyTable = memo(function KeyTable({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useTexts(canvasTexts);
  return (
    <Modal open={isOpen} title={text.keys} footer={null} onCancel={onClose} destroyOnHidden>
      <Table
        size="small"
        showHeader={false}
        pagination={false}
        rowKey={([key]) => key}
        dataSource={[...text.keyList]}
        columns={[{ width: 210, render: (_, [key]) => <kbd>{key}</kbd> }, { render: (_, [, what]) => what }]}
      />
    </Modal>
  );
});
