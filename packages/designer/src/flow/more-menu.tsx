/** What is done with a flow as a whole: promoted to another environment, taken out as a file. */
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import type { FlowView } from "../api/answers.ts";
import { workspacePath } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { usePlace } from "../shell/place.tsx";

const PromoteDialog = lazy(async () => ({ default: (await import("./promote-dialog.tsx")).PromoteDialog }));

export function MoreMenu({ view }: { readonly view: FlowView }) {
  const text = useTexts(transportTexts);
  const { workspace, may } = usePlace();
  const [isPromoting, setPromoting] = useState(false);
  const file = {
    key: "file",
    label: (
      <a href={workspacePath(workspace, `flows/${view.id}/file`)} download={`${view.id}.datong.json`}>
        {text.exportFile}
      </a>
    ),
  };
  const promote = { key: "promote", label: text.promote, onClick: () => setPromoting(true) };
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items: may("promoteFlow") && view.document !== null ? [promote, file] : [file] }}>
        <Button>{text.more}</Button>
      </Dropdown>
      {isPromoting ? (
        <Suspense fallback={null}>
          <PromoteDialog view={view} onClose={() => setPromoting(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
