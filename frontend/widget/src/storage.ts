/** What the widget remembers in this browser, for each chat page. Without storage it only forgets. */
export interface Memory {
  read<T>(name: string, fallback: T): T;
  write(name: string, value: unknown): void;
}

export function pageMemory(page: string, storage: Storage | null): Memory {
  const key = (name: string) => `contactcenter.chat.${page}.${name}`;
  return {
    read<T>(name: string, fallback: T): T {
      try {
        const raw = storage?.getItem(key(name)) ?? null;
        return raw === null ? fallback : (JSON.parse(raw) as T);
      } catch {
        return fallback;
      }
    },
    write(name, value) {
      try {
        if (value === null) storage?.removeItem(key(name));
        else storage?.setItem(key(name), JSON.stringify(value));
      } catch {
        // Full or forbidden.
      }
    },
  };
}

export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
