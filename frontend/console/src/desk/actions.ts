/** What an agent can do with offers and contacts; failures are shown, successes speak for themselves. */
import { useMemo } from "react";
import { ApiError } from "../api/client";
import type { Needs } from "../api/types";
import { useConsole } from "../context";
import { errorText, useTexts } from "../i18n";
import { createStore, useStore } from "../lib/store";
import { toast } from "../ui/toasts";
import { changeDraft } from "./drafts";

/** Ids of offers and contacts (and `status`) with an action on its way. */
const busy = createStore<ReadonlySet<string>>(new Set());

export function useBusy(id: string): boolean {
  return useStore(busy, (all) => all.has(id));
}

export function setBusy(id: string, on: boolean): void {
  busy.set((all) => {
    const next = new Set(all);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  });
}

export interface ContactActions {
  accept: (offerId: string) => Promise<boolean>;
  decline: (offerId: string) => Promise<boolean>;
  end: (contactId: string) => Promise<boolean>;
  wrapUp: (contactId: string, disposition: string, note: string) => Promise<boolean>;
  extend: (contactId: string, seconds: number) => Promise<boolean>;
  askFor: (contactId: string, needs: Needs) => Promise<boolean>;
  transfer: (
    contactId: string,
    target: { queue: string } | { agent: string },
    note: string,
  ) => Promise<boolean>;
}

/** Each answers whether it was done; a second click while one runs does nothing. */
export function useContactActions(): ContactActions {
  const { act, live } = useConsole();
  const { t } = useTexts();
  return useMemo(() => {
    const run = async (
      id: string,
      path: string,
      body: object = {},
      method: "POST" | "PUT" = "POST",
    ): Promise<boolean> => {
      if (busy.get().has(id)) return false;
      setBusy(id, true);
      try {
        await act(method, path, { ...body });
        return true;
      } catch (error) {
        toast("bad", errorText(t, error));
        if (error instanceof ApiError && error.code === "offer_gone")
          live.set((state) => ({ ...state, offers: state.offers.filter((offer) => offer.id !== id) }));
        return false;
      } finally {
        setBusy(id, false);
      }
    };
    const contact = (id: string, verb: string) => `/contacts/${encodeURIComponent(id)}/${verb}`;
    const offer = (id: string, verb: string) => `/offers/${encodeURIComponent(id)}/${verb}`;
    const noteIn = (note: string) => (note.trim() === "" ? {} : { note: note.trim() });
    return {
      accept: (id) => run(id, offer(id, "accept")),
      decline: (id) => run(id, offer(id, "decline")),
      end: (id) => run(id, contact(id, "end")),
      wrapUp: async (id, disposition, note) => {
        const done = await run(id, contact(id, "wrap-up"), { disposition, ...noteIn(note) });
        if (done) changeDraft(id, { text: "", note: false, media: [] });
        return done;
      },
      extend: (id, seconds) => run(id, contact(id, "wrap-up/extend"), { seconds }),
      askFor: (id, needs) => run(id, contact(id, "needs"), needs, "PUT"),
      transfer: (id, target, note) => run(id, contact(id, "transfer"), { ...target, ...noteIn(note) }),
    };
  }, [act, live, t]);
}
