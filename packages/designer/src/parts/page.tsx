/** The frame of a page: heading, one line about it, actions on the right. */
import { Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

interface PageProps {
  readonly title: ReactNode;
  /** For the window's title, where `title` is no text. */
  readonly name?: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, name, about, actions, children }: PageProps) {
  const { product } = useTexts(shellTexts);
  const caption = name ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = caption === "" ? product : `${caption} · ${product}`;
  }, [caption, product]);
  return (
    <>
      <Flex justify="space-between" align="start" gap={16} wrap style={{ marginBottom: 16 }}>
        <div style={{ minWidth: 0 }}>
          <Typography.Title level={1} style={{ fontSize: 20, lineHeight: "28px", margin: 0 }}>
            {title}
          </Typography.Title>
          {about === undefined ? null : <Typography.Text type="secondary">{about}</Typography.Text>}
        </div>
        {actions === undefined ? null : (
          <Flex gap={8} wrap style={{ maxWidth: "100%" }}>
            {actions}
          </Flex>
        )}
      </Flex>
      {children}
    </>
  );
}
