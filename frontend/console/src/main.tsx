import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/queries";
import { App } from "./app";
import { startTexts } from "./i18n";
import { wakeSound } from "./lib/sound";
import "./lib/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

startTexts();
window.addEventListener("pointerup", wakeSound);
window.addEventListener("keyup", wakeSound);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
