/** The console's build: hashed files under assets/, a manifest for the budget check. `npm run dev` here proxies the API to a local server. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: { manifest: true, target: "es2022", chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  server: { proxy: { "/api": "http://127.0.0.1:8180" } },
});
