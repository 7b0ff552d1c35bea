/** The card in the middle that log-in and set-up share, with the choice of language. */
import { TranslationOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";
import { useLanguage, useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function Door({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const text = useTexts(shellTexts);
  const { language, setLanguage } = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title, text]);
  return (
    <main style={{ minHeight: "100%", display: "grid", placeItems: "center", padding: 16, boxSizing: "border-box" }}>
      <div style={{ width: "min(400px, 100%)" }}>
        <Flex align="center" justify="space-between" style={{ marginBottom: 16 }}>
          <Flex align="center" gap={12}>
            <img src="/mark.svg" alt="" width={36} height={36} />
            <div>
              <Typography.Text strong style={{ fontSize: 18, display: "block" }}>
                {text.product}
              </Typography.Text>
              <Typography.Text type="secondary">{text.tagline}</Typography.Text>
            </div>
          </Flex>
          <Button type="text" icon={<TranslationOutlined />} onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
            {text.language}
          </Button>
        </Flex>
        <Card>
          <Typography.Title level={1} style={{ fontSize: 20, marginTop: 0 }}>
            {title}
          </Typography.Title>
          {children}
        </Card>
      </div>
    </main>
  );
}
