/** What is being written, for each contact; it survives a reload and a lost connection. */
import type { Media } from "../api/types";
import { load, save } from "../lib/storage";
import { createStore, useStore } from "../lib/store";

export interface Draft {
  text: string;
  note: boolean;
  media: Media[];
}

const EMPTY: Draft = { text: "", note: false, media: [] };

const drafts = createStore<Record<string, Draft>>(load("session", "drafts", {}));
drafts.subscribe(() => save("session", "drafts", drafts.get()));

function isEmpty(draft: Draft): boolean {
  return draft.text === "" && !draft.note && draft.media.length === 0;
}

export function changeDraft(contactId: string, change: Partial<Draft>): void {
  drafts.set((all) => {
    const next = { ...(all[contactId] ?? EMPTY), ...change };
    const others = Object.entries(all).filter(([id]) => id !== contactId);
    return Object.fromEntries(isEmpty(next) ? others : [...others, [contactId, next]]);
  });
}

export function draftOf(contactId: string): Draft {
  return drafts.get()[contactId] ?? EMPTY;
}

export function useDraft(contactId: string): Draft {
  return useStore(drafts, (all) => all[contactId] ?? EMPTY);
}
