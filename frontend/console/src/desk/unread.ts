/** What has been seen of each conversation, and what has not. */
import { useEffect, useSyncExternalStore } from "react";
import type { Message } from "../api/types";
import { load, save } from "../lib/storage";
import { createStore, useStore } from "../lib/store";

/** For each contact the time of the last message that was on screen. */
const seen = createStore<Record<string, string>>(load("session", "seen", {}));
seen.subscribe(() => save("session", "seen", seen.get()));

export function countUnread(messages: readonly Message[], seenAt: string | undefined): number {
  const after = seenAt === undefined ? -Infinity : Date.parse(seenAt);
  return messages.filter((message) => message.direction === "in" && Date.parse(message.at) > after).length;
}

export function useSeen(): Record<string, string> {
  return useStore(seen, (all) => all);
}

function subscribeVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** While this conversation is on screen, what arrives in it counts as seen. */
export function useMarkSeen(contactId: string, messages: readonly Message[]): void {
  const visible = useSyncExternalStore(subscribeVisibility, () => document.visibilityState === "visible");
  const lastAt = messages.at(-1)?.at;
  useEffect(() => {
    if (!visible || lastAt === undefined) return;
    seen.set((all) => (all[contactId] === lastAt ? all : { ...all, [contactId]: lastAt }));
  }, [contactId, lastAt, visible]);
}

/** When the customer began to wait for an answer: their first message that nobody answered, or null. */
export function unansweredSince(messages: readonly Message[]): string | null {
  let since: string | null = null;
  for (const message of messages) {
    if (message.direction === "in") since ??= message.at;
    else if (message.direction === "out" && message.author.kind === "agent") since = null;
  }
  return since;
}

export function hasFailedDelivery(messages: readonly Message[]): boolean {
  const last = messages.findLast((message) => message.direction === "out");
  return (
    last?.delivery === "failed" || last?.delivery === "undelivered" || last?.delivery === "delivery_unknown"
  );
}
