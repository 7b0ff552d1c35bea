/** The console's build: hashed files under assets/, a manifest for the budget check. `npm run dev` here proxies the API to a local server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { marked } from "marked";
import { defineConfig, type Plugin } from "vite";

/** The handbook (docs/handbook*.md) becomes HTML when the console is built: the browser gets no reader of Markdown. */
const handbook: Plugin = {
  name: "handbook",
  resolveId: (id) => (id === "virtual:handbook" ? id : null),
  load(id) {
    if (id !== "virtual:handbook") return null;
    const htmlOf = (name: string): string => {
      const file = join(import.meta.dirname, "../../docs", name);
      this.addWatchFile(file);
      return JSON.stringify(marked.parse(readFileSync(file, "utf8"), { async: false }));
    };
    return `export const chinese = ${htmlOf("handbook.zh-CN.md")};\nexport const english = ${htmlOf("handbook.md")};`;
  },
};

export default defineConfig({
  plugins: [react(), handbook],
  build: { manifest: true, target: "es2022", chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  server: { proxy: { "/api": "http://127.0.0.1:8180" } },
});
