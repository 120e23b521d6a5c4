/** One ticking second for the whole page. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let started = false;

function tick(): void {
  now = Date.now();
  for (const listener of [...listeners]) listener();
}

function start(): void {
  if (started) return;
  started = true;
  if (typeof Worker === "undefined") {
    setInterval(tick, 1000);
    return;
  }
  const worker = new Worker(new URL("./ticker.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = tick;
  worker.onerror = () => setInterval(tick, 1000);
}

/** Call `listener` every second, also while the tab is hidden; returns how to stop. */
export function everySecond(listener: () => void): () => void {
  start();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Local milliseconds, one second apart. */
export function useLocalNow(): number {
  return useSyncExternalStore(everySecond, () => now);
}
