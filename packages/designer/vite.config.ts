/** The console's build: hashed files under assets/, a manifest for the budget check. `npm run dev` here proxies the API to a local server. */
import react from "@vitejs/plugin-react";
import { marked } from "marked";
import { defineConfig, type Plugin } from "vite";

/** The handbook (docs/handbook*.md) becomes HTML when the console is built: the browser gets no reader of Markdown. */
const markdown: Plugin = {
  name: "markdown",
  transform(code, id) {
    if (!id.endsWith(".md")) return null;
    return { code: `export default ${JSON.stringify(marked.parse(code, { async: false }))};`, map: null, moduleType: "js" };
  },
};

export default defineConfig({
  plugins: [react(), markdown],
  build: { manifest: true, target: "es2022", chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  server: { proxy: { "/api": "http://127.0.0.1:8180" } },
});
