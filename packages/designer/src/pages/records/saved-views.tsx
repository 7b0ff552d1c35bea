/** Saved views of the bills' list: the address's filters and columns under a name, one's own or shared. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Dropdown, Flex, Input, Modal } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Items } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { useProblemLine } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface View {
  readonly id: string;
  readonly name: string;
  readonly person: string;
  readonly isOwn: boolean;
  readonly filter: Readonly<Record<string, unknown>>;
}

export function SavedViews() {
  const text = useTexts(failureTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const [params, setParams] = useSearchParams();
  const [isSaving, setSaving] = useState(false);
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const path = "views?page=records";
  const { data } = useAnswer<Items<View>>(workspace, path);
  const items = data?.items ?? [];
  const again = () => queries.invalidateQueries({ queryKey: ["w", workspace, path] });
  const save = async (): Promise<void> => {
    try {
      const body = { page: "records", name: name.trim(), isShared, filter: Object.fromEntries(params) };
      await ask("POST", workspacePath(workspace, "views"), { body });
      await again();
      void message.success(text.viewSaved);
      setSaving(false);
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const remove = async (id: string): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `views/${id}`));
      await again();
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const open = ({ filter }: View): void =>
    setParams(new URLSearchParams(Object.entries(filter).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []))));
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            ...(items.length === 0 ? [{ key: "none", label: text.viewNone, disabled: true }] : []),
            ...items.map((view) => ({
              key: view.id,
              label: view.isOwn ? view.name : `${view.name} · ${view.person.replace(/^person:/, "")}`,
              onClick: () => open(view),
            })),
            { type: "divider" as const },
            { key: "save", label: text.viewSave, onClick: () => setSaving(true) },
            ...(items.some(({ isOwn }) => isOwn)
              ? [
                  {
                    key: "remove",
                    label: text.viewRemove,
                    children: items
                      .filter(({ isOwn }) => isOwn)
                      .map((view) => ({ key: `remove ${view.id}`, label: view.name, onClick: () => void remove(view.id) })),
                  },
                ]
              : []),
          ],
        }}
      >
        <Button>{text.views}</Button>
      </Dropdown>
      <Modal
        open={isSaving}
        title={text.viewSave}
        okText={text.viewSave}
        okButtonProps={{ disabled: name.trim() === "" }}
        onOk={() => void save()}
        onCancel={() => setSaving(false)}
      >
        <Flex vertical gap={12}>
          <Input
            aria-label={text.viewName}
            placeholder={text.viewName}
            value={name}
            maxLength={100}
            onChange={({ target }) => setName(target.value)}
          />
          <Checkbox checked={isShared} onChange={({ target }) => setShared(target.checked)}>
            {text.viewShare}
          </Checkbox>
        </Flex>
      </Modal>
    </>
  );
}
