/** The handbook, in the reader's language: what stands in docs/handbook*.md, so that it is at hand where nothing outside can be reached. */
import { chinese, english } from "virtual:handbook";
import { useLanguage, useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { Page } from "../parts/page.tsx";
import "./help.css";

export function Help() {
  const { language, pick } = useLanguage();
  const text = useTexts(shellTexts);
  const html = withoutTitle(pick({ zh: chinese, en: english }));
  return (
    <Page title={text.menu.help}>
      {/* Our own text, made into HTML when the console was built. */}
      <article className="handbook" lang={language === "zh" ? "zh-CN" : "en"} dangerouslySetInnerHTML={{ __html: html }} />
    </Page>
  );
}

/** The page has its own. */
function withoutTitle(html: string): string {
  return html.replace(/^<h1>.*?<\/h1>\s*/u, "");
}
