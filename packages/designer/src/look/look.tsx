/** Light and dark, Ant Design's tokens and its texts in the reader's language. Contrast is AA: the selected menu item is darker than antd's own. */
import { App as AntApp, ConfigProvider, theme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { useLanguage } from "../language/language.tsx";
import { useStillness } from "./stillness.ts";

export type Shade = "light" | "dark";
const KEY = "datong.shade";
const ShadeContext = createContext<{ readonly shade: Shade; readonly setShade: (shade: Shade) => void }>({
  shade: "light",
  setShade: () => undefined,
});

function firstShade(): Shade {
  const kept = localStorage.getItem(KEY);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

const FONT =
  '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Helvetica Neue", Arial, sans-serif';
const LIGHT = {
  colorError: "#c5221f",
  colorPrimary: "#0b5cad",
  colorLink: "#0b5cad",
  colorBgLayout: "#f4f6f9",
  colorTextDescription: "#5b6472",
  colorTextSecondary: "#4a5361",
  colorTextTertiary: "#5f6875",
  colorTextPlaceholder: "#6b7480",
};
const DARK = {
  colorError: "#ff6b6b",
  colorPrimary: "#2f7fd0",
  colorLink: "#74b3f0",
  colorTextDescription: "#a3acb8",
  colorTextSecondary: "#b4bcc7",
  colorTextTertiary: "#a3acb8",
  colorTextPlaceholder: "#8b95a2",
};

/** All of the menu is seen at 720 pixels of height. */
const DENSE_MENU = { itemHeight: 29, itemMarginBlock: 1, groupTitleFontSize: 12 };

export function LookProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage();
  const [shade, setShade] = useState(firstShade);
  const isStill = useStillness();
  useEffect(() => {
    localStorage.setItem(KEY, shade);
    document.documentElement.style.colorScheme = shade;
    document.documentElement.dataset["shade"] = shade;
  }, [shade]);
  const given = useMemo(() => ({ shade, setShade }), [shade]);
  const isLight = shade === "light";
  return (
    <ShadeContext value={given}>
      <ConfigProvider
        locale={language === "zh" ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        // A click beside a dialog would lose what was typed in it.
        modal={{ mask: { closable: false } }}
        theme={{
          algorithm: isLight ? theme.defaultAlgorithm : theme.darkAlgorithm,
          token: { fontFamily: FONT, borderRadius: 6, motion: !isStill, ...(isLight ? LIGHT : DARK) },
          components: {
            Layout: isLight ? { siderBg: "#ffffff", headerBg: "#ffffff" } : { siderBg: "#141414", headerBg: "#141414" },
            Menu: {
              ...DENSE_MENU,
              ...(isLight ? { itemSelectedColor: "#084a8c", itemSelectedBg: "#e3eefa" } : { itemSelectedColor: "#a9d1f7" }),
            },
            ...(isLight ? {} : { Tabs: { itemSelectedColor: "#74b3f0", inkBarColor: "#74b3f0" } }),
            Table: { cellPaddingBlockMD: 9 },
          },
        }}
      >
        <AntApp>{children}</AntApp>
      </ConfigProvider>
    </ShadeContext>
  );
}

export function useShade() {
  return use(ShadeContext);
}
