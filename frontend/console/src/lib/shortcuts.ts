/** Keyboard shortcuts: one listener, named actions, the same list that `?` shows. */
import { useEffect, useRef } from "react";

export const SHORTCUTS = {
  accept: { code: "KeyA", label: "A" },
  decline: { code: "KeyD", label: "D" },
  nextUnread: { code: "KeyN", label: "N" },
  compose: { code: "KeyM", label: "M" },
  note: { code: "KeyO", label: "O" },
  end: { code: "KeyE", label: "E" },
  transfer: { code: "KeyT", label: "T" },
  panel: { code: "KeyI", label: "I" },
  closePane: { code: "KeyW", label: "W" },
  status: { code: "KeyS", label: "S" },
  hold: { code: "KeyH", label: "H" },
  mute: { code: "KeyU", label: "U" },
  invite: { code: "KeyP", label: "P" },
} as const;

export type ShortcutName = keyof typeof SHORTCUTS;
type Handlers = Partial<Record<ShortcutName, () => void>> & {
  /** Alt+1…9, with Shift: beside what is open. */
  digit?: (digit: number, beside: boolean) => void;
  help?: () => void;
};

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.tagName === "INPUT" || target.tagName === "TEXTAREA")
  );
}

function digitOf(event: KeyboardEvent): number | null {
  const match = /^(?:Digit|Numpad)([1-9])$/u.exec(event.code);
  return match ? Number(match[1]) : null;
}

/** What `event` asks for. `code`, not `key`: Alt changes the letter on some keyboards. */
export function matchShortcut(event: KeyboardEvent, handlers: Handlers): (() => void) | null {
  if (event.key === "?" && !event.altKey && !event.ctrlKey && !event.metaKey) {
    return isTyping(event.target) ? null : (handlers.help ?? null);
  }
  if (!event.altKey || event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return null;
  const digit = digitOf(event);
  const { digit: onDigit } = handlers;
  if (digit !== null && onDigit) return () => onDigit(digit, event.shiftKey);
  if (event.shiftKey) return null;
  for (const [name, { code }] of Object.entries(SHORTCUTS)) {
    if (code === event.code) return handlers[name as ShortcutName] ?? null;
  }
  return null;
}

export function useShortcuts(handlers: Handlers): void {
  const current = useRef(handlers);
  useEffect(() => {
    current.current = handlers;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const action = matchShortcut(event, current.current);
      if (!action) return;
      event.preventDefault();
      if (!event.repeat) action();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
