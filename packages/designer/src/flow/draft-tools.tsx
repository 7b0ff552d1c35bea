/** To the behaviour diff and the debugger; what is not saved is saved first, for the server knows the saved draft. */
import { BugOutlined, DiffOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { compareTexts } from "../language/compare-texts.ts";
import { debugTexts } from "../language/debug-texts.ts";
import { useTexts } from "../language/language.tsx";
import { useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface DraftToolsProps {
  readonly flow: string;
  /** Gives the revision that is kept. */
  readonly before: () => Promise<{ readonly revision: number }>;
  readonly isOff: boolean;
  /** Something is published, and the draft is another. */
  readonly isBehind: boolean;
}

export function DraftTools({ flow, before, isOff, isBehind }: DraftToolsProps) {
  const compare = useTexts(compareTexts);
  const debug = useTexts(debugTexts);
  const given = { before, isOff };
  return (
    <>
      <ToolButton {...given} icon={<BugOutlined />} label={debug.open} hint={debug.about} pathOf={() => `flows/${flow}/debug`} />
      {isBehind ? (
        <ToolButton
          {...given}
          icon={<DiffOutlined />}
          label={compare.open}
          hint={compare.openHint}
          pathOf={(revision) => `flows/${flow}/compare?revision=${revision}`}
        />
      ) : null}
    </>
  );
}

interface ToolButtonProps extends Pick<DraftToolsProps, "before" | "isOff"> {
  readonly icon: ReactNode;
  readonly label: string;
  readonly hint: string;
  readonly pathOf: (revision: number) => string;
}

function ToolButton({ before, isOff, icon, label, hint, pathOf }: ToolButtonProps) {
  const { to } = usePlace();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const line = useProblemLine();
  const open = async (): Promise<void> => {
    try {
      const { revision } = await before();
      await navigate(to(pathOf(revision)), { state: { isSaved: true } });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  return (
    <Button icon={icon} disabled={isOff} title={hint} onClick={() => void open()}>
      {label}
    </Button>
  );
}
