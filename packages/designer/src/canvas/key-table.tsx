/** The canvas's keys as a table. */
import { Modal } from "antd";
import { memo } from "react";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";

export const KeyTable = memo(function KeyTable({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const text = useTexts(canvasTexts);
  return (
    <Modal open={isOpen} title={text.keys} footer={null} onCancel={onClose} destroyOnHidden>
      <table className="key-table">
        <tbody>
          {text.keyList.map(([key, what]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
});
