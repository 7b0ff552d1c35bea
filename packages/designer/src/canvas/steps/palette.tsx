/** The kinds of steps: dragged onto the picture, or clicked (and by keyboard) to stand behind the selected one. */
import { Flex } from "antd";
import { useTexts } from "../../language/language.tsx";
import { formTexts } from "../../language/form-texts.ts";
import { stepsTexts } from "../../language/steps-texts.ts";
import { KINDS, type StepKind } from "./model.ts";

export const DRAGGED = "application/x-datong-step";

export function Palette({ onAdd }: { readonly onAdd: (kind: StepKind) => void }) {
  const form = useTexts(formTexts);
  const text = useTexts(stepsTexts);
  return (
    <Flex gap={4} wrap align="center" style={{ marginBottom: 8 }} role="toolbar" aria-label={text.palette}>
      {KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          className="palette-step"
          draggable
          title={text.palette}
          onDragStart={({ dataTransfer }) => {
            dataTransfer.setData(DRAGGED, kind);
            dataTransfer.effectAllowed = "copy";
          }}
          onClick={() => onAdd(kind)}
        >
          {form.steps[kind]?.[0] ?? kind}
        </button>
      ))}
    </Flex>
  );
}
