/** Short notices in a corner. They are read out, leave by themselves, and can be closed. */
import { useEffect } from "react";
import { useTexts } from "../i18n";
import { createStore, useStore } from "../lib/store";
import { IconButton } from "./controls";
import { Icon } from "./icons";
import "./toasts.css";

type Tone = "ok" | "warn" | "bad";
interface Toast {
  key: number;
  tone: Tone;
  text: string;
  /** What it is about: the next notice about that takes its place. */
  about: string | undefined;
}

const toasts = createStore<Toast[]>([]);
let last = 0;

/** Milliseconds a notice stays; a failure longer, because somebody has to act on it. */
const STAY: Record<Tone, number> = { ok: 4_000, warn: 8_000, bad: 10_000 };

export function toast(tone: Tone, text: string, about?: string): void {
  last += 1;
  const key = last;
  const outdated = (one: Toast) => one.text === text || (about !== undefined && one.about === about);
  toasts.set((all) => [...all.filter((one) => !outdated(one)), { key, tone, text, about }].slice(-4));
}

function close(key: number): void {
  toasts.set((all) => all.filter((one) => one.key !== key));
}

export function Toasts() {
  const list = useStore(toasts, (all) => all);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((one) => (
        <ToastCard key={one.key} toast={one} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { key, tone, text } }: { toast: Toast }) {
  const { t } = useTexts();
  useEffect(() => {
    const timer = setTimeout(() => close(key), STAY[tone]);
    return () => clearTimeout(timer);
  }, [key, tone]);
  return (
    <div className="toast" data-tone={tone}>
      <Icon name={tone === "ok" ? "check" : "alert"} size={18} />
      <span>{text}</span>
      <IconButton icon="close" size="s" label={t("actions.close")} onPress={() => close(key)} />
    </div>
  );
}
