/** The chat widget: one self-contained script that any page can embed. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "widget",
  build: {
    outDir: "../../contactcenter/console/dist",
    // The console's build ran first and owns the folder.
    emptyOutDir: false,
    target: "es2020",
    // Older ones get the light colours: a rewritten light-dark() would leave them with none.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    lib: {
      entry: "src/main.ts",
      formats: ["iife"],
      name: "ContactCenterWidget",
      fileName: () => "widget.js",
    },
  },
});
