/** A page that failed: says so and offers to load again, in place of a white screen. A new build behind an open page ends here too. */
import { Button, Result } from "antd";
import { useRouteError } from "react-router";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function Crash() {
  const text = useTexts(shellTexts);
  const error = useRouteError();
  return (
    <Result
      status="error"
      title={text.crash}
      subTitle={error instanceof Error ? error.message : String(error)}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {text.reload}
        </Button>
      }
    />
  );
}
