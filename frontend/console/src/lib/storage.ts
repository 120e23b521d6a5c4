/** Small things the browser remembers. A browser that refuses storage only forgets them. */
type Area = "local" | "session";

const PREFIX = "cc.";

function area(kind: Area): Storage | null {
  try {
    return kind === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** What was saved under `key`, or `fallback` when nothing fit to read is there. */
export function load<T>(kind: Area, key: string, fallback: T): T {
  try {
    const raw = area(kind)?.getItem(PREFIX + key);
    return raw === null || raw === undefined ? fallback : (JSON.parse(raw) as T);
  } catch {
    return fallback;
  }
}

export function save(kind: Area, key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) area(kind)?.removeItem(PREFIX + key);
    else area(kind)?.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Full or forbidden: nothing that the server has is lost.
  }
}

/** Whether this tab holds drafts of another person, who did not sign out. Remembers whose it is now. */
export function changesHands(accountId: string): boolean {
  const before = load<string | null>("session", "account", null);
  if (before !== null && before !== accountId) return true;
  save("session", "account", accountId);
  return false;
}

/** Forget what belongs to one person: at sign-out on a shared computer. Reload the page after it. */
export function forgetSession(): void {
  const storage = area("session");
  if (!storage) return;
  for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
}
