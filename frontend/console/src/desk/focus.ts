/** A wish, by shortcut or after accepting, to write in a conversation; its pane fulfils it when drawn. */
import { createStore } from "../lib/store";

export const composeRequest = createStore<{ contactId: string } | null>(null);

export function askToCompose(contactId: string): void {
  composeRequest.set({ contactId });
}
