/** The agent console: built into the Python package, served under /console/. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.CONTACTCENTER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: "console",
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "../../contactcenter/console/dist",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy allows files of ours only: nothing may be inlined as data:.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      // The center takes changes from its own origin only.
      "/api": { target: server, ws: true, headers: { origin: server } },
      "/chat": { target: server, ws: true, headers: { origin: server } },
    },
  },
});
