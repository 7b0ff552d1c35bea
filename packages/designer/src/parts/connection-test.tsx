/** Tests a connection and says in a sentence how it went. */
import { Alert } from "antd";
import { useState } from "react";
import type { TestResult } from "../api/answers.ts";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import { connectionTexts } from "../language/connection-texts.ts";
import { useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

export type TestState =
  | { readonly kind: "none" | "busy" }
  | { readonly kind: "told"; readonly result: TestResult }
  | { readonly kind: "failed"; readonly error: unknown };

export function useConnectionTest(): readonly [TestState, (id: string) => Promise<void>] {
  const { workspace } = usePlace();
  const [state, setState] = useState<TestState>({ kind: "none" });
  const test = async (id: string): Promise<void> => {
    setState({ kind: "busy" });
    try {
      setState({ kind: "told", result: await ask<TestResult>("POST", workspacePath(workspace, `connections/${id}/test`)) });
    } catch (error) {
      setState({ kind: "failed", error });
    }
  };
  return [state, test];
}

export function TestTold({ state }: { readonly state: TestState }) {
  const text = useTexts(connectionTexts);
  switch (state.kind) {
    case "none":
      return null;
    case "busy":
      return <Alert type="info" showIcon title={text.testing} />;
    case "failed":
      return <ProblemAlert error={state.error} />;
    case "told": {
      const { ok, tookMs, problem } = state.result;
      if (ok) return <Alert type="success" showIcon title={text.testOk(tookMs)} />;
      return <ProblemAlert error={problem === null ? "" : new Problem(problem)} />;
    }
  }
}
