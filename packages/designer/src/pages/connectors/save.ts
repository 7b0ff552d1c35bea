/** Saves a private connector, or private APIs of a built-in one; what is not in order is told, what flows would lose is asked about. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { ask, Problem, workspacePath, type FlowIssue } from "../../api/ask.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { useProblemLine } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface Saving {
  readonly onFlaws: (issues: readonly FlowIssue[]) => void;
  readonly onSaved: (id: string) => void;
}

export function useSaveConnector(revision: number, { onFlaws, onSaved }: Saving): (id: string, document: object) => Promise<void> {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const line = useProblemLine();
  const save = async (id: string, document: object, confirm: boolean): Promise<void> => {
    try {
      const body = { revision, document, ...(confirm ? { confirm } : {}) };
      await ask("PUT", workspacePath(workspace, `connectors/${id}`), { body });
      onFlaws([]);
      void message.success(text.saved);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      onSaved(id);
    } catch (error) {
      if (error instanceof Problem && error.body.code === "CONNECTOR_NOT_IN_ORDER") onFlaws(error.body.issues ?? []);
      else if (error instanceof Problem && error.body.code === "OBJECT_IN_USE" && !confirm)
        modal.confirm({ title: text.dropAsk, content: line(error), onOk: () => save(id, document, true) });
      else void message.error(line(error));
    }
  };
  return (id, document) => save(id, document, false);
}
