/** Light, dark, or as the computer says. */
import { load, save } from "./storage";
import { createStore } from "./store";

export type Theme = "auto" | "light" | "dark";

export const theme = createStore<Theme>(load<Theme>("local", "theme", "auto"));

function show(): void {
  const value = theme.get();
  if (value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

theme.subscribe(() => {
  save("local", "theme", theme.get());
  show();
});
show();
