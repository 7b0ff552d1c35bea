/** An address that leads nowhere, and one that leads where the reader may not go. */
import { Button, Result } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function NotFound() {
  const text = useTexts(shellTexts);
  return <Ended status="404" title={text.notFound} todo={text.notFoundTodo} />;
}

export function NotAllowed() {
  const text = useTexts(shellTexts);
  return <Ended status="warning" title={<span data-refused="">{text.notAllowed}</span>} todo={text.notAllowedTodo} />;
}

function Ended({ status, title, todo }: { readonly status: "404" | "warning"; readonly title: ReactNode; readonly todo: string }) {
  const text = useTexts(shellTexts);
  return (
    <Result
      status={status}
      title={<h1 style={{ font: "inherit", margin: 0 }}>{title}</h1>}
      subTitle={todo}
      extra={
        <Link to="/">
          <Button type="primary">{text.toOverview}</Button>
        </Link>
      }
    />
  );
}
