/** The flow's text in an editor: YAML in colour, problems at their lines. A chunk of its own; edits the same draft as the form. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, defaultHighlightStyle, foldGutter, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { Typography } from "antd";
import { useEffect, useId, useRef } from "react";
import type { FlowIssue } from "../api/ask.ts";
import { useLanguage } from "../language/language.tsx";

const KEYS = { zh: "Tab 缩进；先按 Esc 再按 Tab 离开编辑框", en: "Tab indents; Esc and then Tab leaves the editor" };

interface SourceViewProps {
  readonly text: string;
  readonly onType: (text: string) => void;
  readonly issues: readonly FlowIssue[];
  readonly isReadOnly: boolean;
  /** Where the cursor goes at first; 1 is the first line. */
  readonly line: number | null;
  readonly label: string;
}

export function SourceView({ text, onType, issues, isReadOnly, line, label }: SourceViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const type = useRef(onType);
  type.current = onType;
  const begin = useRef(text);
  const { pick } = useLanguage();
  const keys = useId();
  useEffect(() => {
    if (place.current === null) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begin.current,
        extensions: extensions(isReadOnly, { label, keys }, (now) => type.current(now)),
      }),
    });
    // It scrolls, so the keyboard must get to it.
    editor.scrollDOM.tabIndex = 0;
    view.current = editor;
    return () => {
      begin.current = editor.state.doc.toString();
      editor.destroy();
      view.current = null;
    };
  }, [isReadOnly, label, keys]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const marks = issues.flatMap((issue): Diagnostic[] => {
      if (issue.line === undefined || issue.line > editor.state.doc.lines) return [];
      const { from, to } = editor.state.doc.line(issue.line);
      return [{ from, to, severity: "error", message: pick({ zh: `${issue.zh} ${issue.todoZh}`, en: `${issue.en} ${issue.todoEn}` }) }];
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [issues, pick]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || line === null || line > editor.state.doc.lines) return;
    const { from } = editor.state.doc.line(line);
    editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    editor.focus();
  }, [line]);
  return (
    <>
      <div ref={place} className="source-view" />
      {isReadOnly ? null : (
        // Whoever is here by keys alone must be told the way out.
        <Typography.Text type="secondary" id={keys} style={{ fontSize: 12 }}>
          {pick(KEYS)}
        </Typography.Text>
      )}
    </>
  );
}

interface Named {
  readonly label: string;
  /** The id of what is said of its keys. */
  readonly keys: string;
}

function extensions(isReadOnly: boolean, { label, keys }: Named, told: (text: string) => void) {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
    yaml(),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ "aria-label": label, ...(isReadOnly ? {} : { "aria-describedby": keys }) }),
    EditorView.theme({ "&": { fontSize: "13px", minHeight: "480px" }, ".cm-scroller": { maxHeight: "70vh", overflow: "auto" } }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) told(update.state.doc.toString());
    }),
  ];
}
