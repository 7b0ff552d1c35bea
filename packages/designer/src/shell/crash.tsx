/** A page that failed: says so and offers to load again, in place of a white screen. A new build behind an open page ends here too. */
import { Button, Result } from "antd";
import { useRouteError } from "react-router";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function Crash() {
  const text = useTexts(shellTexts);
  const error = useRouteError();
  const message = error instanceof Error ? error.message : String(error);
  // Each browser says it in its own words: a part of the console is not there any more, since the server has another build.
  const isOld = /dynamically imported module|Importing a module script failed/i.test(message);
  return (
    <Result
      status={isOld ? "info" : "error"}
      title={isOld ? text.isOld : text.crash}
      subTitle={isOld ? text.isOldTodo : message}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {text.reload}
        </Button>
      }
    />
  );
}
