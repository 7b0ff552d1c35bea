/** An address that leads nowhere. */
import { Button, Result } from "antd";
import { Link } from "react-router";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function NotFound() {
  const text = useTexts(shellTexts);
  return (
    <Result
      status="404"
      title={text.notFound}
      subTitle={text.notFoundTodo}
      extra={
        <Link to="/">
          <Button type="primary">{text.toOverview}</Button>
        </Link>
      }
    />
  );
}
