/** How many conversations fit side by side, and whether the customer's panel fits beside them. */
import { useSyncExternalStore } from "react";

/** Pixels. */
const RAIL = 288;
const NARROW_RAIL = 248;
const NARROW = 1200;
/** Below this the list is above the conversation. */
const STACKED = 768;
const PANE = 356;
export const PANEL = 324;

export interface Layout {
  /** Conversations that fit, 1 to 3. */
  maxPanes: number;
  /** Whether the panel has a column of its own; else it lies over the conversation. */
  panelBeside: boolean;
}

export function layoutFor(width: number, panes: number): Layout {
  if (width < STACKED) return { maxPanes: 1, panelBeside: false };
  const middle = width - (width < NARROW ? NARROW_RAIL : RAIL);
  const maxPanes = Math.max(1, Math.min(3, Math.floor(middle / PANE)));
  return { maxPanes, panelBeside: middle - Math.max(1, panes) * PANE >= PANEL };
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

export function useLayout(panes: number): Layout {
  const width = useSyncExternalStore(subscribe, () => window.innerWidth);
  return layoutFor(width, panes);
}
