/** Reading or writing of a flow paused and resumed; only for those who may. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { ask, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { useProblemLine } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

export function PauseButton({
  kind,
  flow,
  isPaused,
}: {
  readonly kind: "source" | "target";
  readonly flow: string;
  readonly isPaused: boolean;
}) {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const turn = async (): Promise<void> => {
    try {
      await ask(isPaused ? "DELETE" : "PUT", workspacePath(workspace, `pauses/${kind}/${flow}`));
      // The page itself is told by the server.
      await queries.invalidateQueries({ queryKey: ["w", workspace, "queues"] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Button size="small" onClick={() => void turn()}>
      {isPaused ? text.resume : text.pause} {kind === "source" ? text.reading : text.writing}
    </Button>
  );
}
