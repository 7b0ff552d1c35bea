/** What is done with a flow as a whole: copied, promoted to another environment, kept as a template, taken out as a file. */
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import type { FlowView } from "../api/answers.ts";
import { workspacePath } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { usePlace } from "../shell/place.tsx";

const CopyDialog = lazy(async () => ({ default: (await import("./copy-dialog.tsx")).CopyDialog }));
const TemplateDialog = lazy(async () => ({ default: (await import("./template-dialog.tsx")).TemplateDialog }));
const PromoteDialog = lazy(async () => ({ default: (await import("./promote-dialog.tsx")).PromoteDialog }));

export function MoreMenu({ view }: { readonly view: FlowView }) {
  const text = useTexts(transportTexts);
  const { workspace, may } = usePlace();
  const [isPromoting, setPromoting] = useState(false);
  const [isCopying, setCopying] = useState(false);
  const [isKeeping, setKeeping] = useState(false);
  const file = {
    key: "file",
    label: (
      <a href={workspacePath(workspace, `flows/${view.id}/file`)} download={`${view.id}.datong.json`}>
        {text.exportFile}
      </a>
    ),
  };
  const promote = { key: "promote", label: text.promote, onClick: () => setPromoting(true) };
  const copy = { key: "copy", label: text.copy, onClick: () => setCopying(true) };
  const canRead = view.document !== null;
  const template = { key: "template", label: text.asTemplate, onClick: () => setKeeping(true) };
  const items = [
    ...(canRead && may("copyFlow") ? [copy] : []),
    ...(canRead && may("promoteFlow") ? [promote] : []),
    ...(canRead && may("saveTemplate") ? [template] : []),
    file,
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button>{text.more}</Button>
      </Dropdown>
      {isCopying ? (
        <Suspense fallback={null}>
          <CopyDialog flow={{ id: view.id, name: view.document?.name ?? null, ...sidesOf(view) }} onClose={() => setCopying(false)} />
        </Suspense>
      ) : null}
      {isKeeping ? (
        <Suspense fallback={null}>
          <TemplateDialog view={view} onClose={() => setKeeping(false)} />
        </Suspense>
      ) : null}
      {isPromoting ? (
        <Suspense fallback={null}>
          <PromoteDialog view={view} onClose={() => setPromoting(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function sidesOf({ document }: FlowView): { readonly connections: readonly string[] } {
  const { source, target, writeBack } = document ?? {};
  return { connections: [source?.connection, target?.connection, writeBack?.connection].flatMap((id) => id ?? []) };
}
