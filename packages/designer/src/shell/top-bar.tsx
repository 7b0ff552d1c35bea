/** Above every page: the workspace, the search for a bill number, language, light or dark, the person. */
import { MenuOutlined, MoonOutlined, SunOutlined, TranslationOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex, Grid, Input, Layout, Select } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, memo, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { ask } from "../api/ask.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { PaletteKey } from "../palette/palette-key.tsx";
import { useShade } from "../look/look.tsx";
import { usePlace } from "./place.tsx";

/** Asked for once in a long while: not part of the first screen. */
const OwnPassword = lazy(async () => ({ default: (await import("./own-password.tsx")).OwnPassword }));

export const TopBar = memo(function TopBar({ onMenu }: { readonly onMenu: (() => void) | null }) {
  const text = useTexts(shellTexts);
  const words = useTexts(wordTexts);
  const { language, setLanguage } = useLanguage();
  const { shade, setShade } = useShade();
  const { me, workspace, member, to } = usePlace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isPasswordOpen, setPasswordOpen] = useState(false);
  const isWide = Grid.useBreakpoint().md ?? true;
  const logOut = async (): Promise<void> => {
    await ask("POST", "/api/v1/logout");
    queries.clear();
    await navigate("/login");
  };
  const find = (number: string): void => {
    if (number.trim() !== "") void navigate(to(`records?find=${encodeURIComponent(number.trim())}`));
  };
  return (
    <Layout.Header style={{ height: 52, lineHeight: "normal", paddingInline: isWide ? 20 : 8, position: "sticky", top: 0, zIndex: 20 }}>
      <Flex align="center" justify="space-between" gap={8} style={{ height: "100%" }}>
        <Flex align="center" gap={8} style={{ minWidth: 0, flex: 1 }}>
          {onMenu === null ? null : <Button type="text" icon={<MenuOutlined />} aria-label={text.openMenu} onClick={onMenu} />}
          {isWide || me.workspaces.length > 1 ? (
            <Select
              aria-label={text.workspace}
              value={workspace}
              style={{ width: isWide ? 160 : 100 }}
              options={me.workspaces.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(id) => void navigate(`/w/${id}/overview`)}
            />
          ) : null}
          <Input.Search
            aria-label={text.findNumber}
            placeholder={text.findNumber}
            style={{ maxWidth: 320 }}
            allowClear
            onSearch={(number) => find(number)}
          />
        </Flex>
        <Flex align="center" gap={isWide ? 4 : 0}>
          <PaletteKey />
          <Button
            type="text"
            icon={<TranslationOutlined />}
            {...(isWide ? {} : { "aria-label": text.languageLabel })}
            onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
          >
            {isWide ? text.language : null}
          </Button>
          <Button
            type="text"
            aria-label={shade === "light" ? text.toDark : text.toLight}
            icon={shade === "light" ? <MoonOutlined /> : <SunOutlined />}
            onClick={() => setShade(shade === "light" ? "dark" : "light")}
          />
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "role", label: `${me.name} · ${words.role[member.role]}`, disabled: true },
                { key: "help", label: text.menu.help, onClick: () => void navigate(to("help")) },
                { key: "docs", label: text.apiDocs, onClick: () => window.open("/docs", "_blank") },
                ...(me.hasPassword ? [{ key: "password", label: text.changePassword, onClick: () => setPasswordOpen(true) }] : []),
                { key: "out", label: text.logOut, onClick: () => void logOut() },
              ],
            }}
          >
            <Button type="text" icon={<UserOutlined />} {...(isWide ? {} : { "aria-label": me.name })}>
              {isWide ? me.name : null}
            </Button>
          </Dropdown>
        </Flex>
      </Flex>
      {isPasswordOpen ? (
        <Suspense fallback={null}>
          <OwnPassword onClose={() => setPasswordOpen(false)} />
        </Suspense>
      ) : null}
    </Layout.Header>
  );
});
