/** The unsent messages of one contact that its thread does not show yet. */
import { useMemo } from "react";
import type { Message } from "../api/types";
import { useConsole } from "../context";
import { useStore } from "../lib/store";
import { notYetShown, type Unsent } from "../live/outbox";

export function usePending(contactId: string, messages: readonly Message[]): Unsent[] {
  const { outbox } = useConsole();
  const all = useStore(outbox.store, (unsent) => unsent);
  return useMemo(
    () =>
      notYetShown(
        all.filter((item) => item.contactId === contactId),
        messages,
      ),
    [all, contactId, messages],
  );
}
