/** Pages live behind `#`: the server serves one document and a reload comes back to the same place. */
import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

/** The path after `#`, for example `/supervisor/profiles`. */
export function useRoute(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash.slice(1) || "/");
}

export function go(path: string): void {
  window.location.hash = path;
}
