/** The desk of somebody who is asked into another agent's call, and what whoever asked hears of it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useCall, type CallNow } from "../api/calls";
import { useContactDetail } from "../api/queries";
import type { Contact, ContactEvent } from "../api/types";
import { useConsole, useLive } from "../context";
import { useTexts } from "../i18n";
import type { LiveState } from "../live/state";
import { EMPTY_THREAD, type Thread } from "../live/threads";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { newsOf } from "./call-news";
import "./consult.css";

/** Milliseconds within which a call that was handed over follows the end of its consult. */
const HANDED_OVER = 1_500;

/** What whoever asks wrote for whoever comes. */
export function noteOf(events: readonly ContactEvent[] | undefined): string | null {
  const note = events?.find((event) => event.type === "consulted")?.detail.note;
  return typeof note === "string" && note !== "" ? note : null;
}

export function useAsker(): (contact: Contact) => string {
  const { t } = useTexts();
  return (contact) => contact.consult?.asked_by ?? t("calls.somebody");
}

/** Milliseconds after which a call one advises in is read again though nothing was heard of it. */
const EVERY = 30_000;

/**
 * What is noted of a call, for whoever reads this contact: of a consult, the call that it is about. That is not on their
 * desk, so that nothing of it is pushed: it is read again whenever the call is said to have changed.
 */
export function useNotes(contact: Contact): Thread {
  const client = useQueryClient();
  const call = contact.consult?.call ?? null;
  const changes = useLive((state) => state.calls[contact.id] ?? 0);
  useContactDetail(call, EVERY);
  useEffect(() => {
    if (call !== null && changes > 0) void client.invalidateQueries({ queryKey: ["contact", call] });
  }, [call, changes, client]);
  return useLive((state) => state.threads[call ?? contact.id]) ?? EMPTY_THREAD;
}

/** Says whose call this is, and what is asked. */
export function ConsultBanner({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const name = useAsker()(contact);
  const note = noteOf(useContactDetail(contact.id).data?.events);
  return (
    <div className="consult-banner" role="note">
      <Icon name="person" size={20} />
      <div>
        <strong>{t("calls.asksYou", { name })}</strong>
        {note !== null && <blockquote>{note}</blockquote>}
        <p>{t("calls.asksYouHint", { name })}</p>
      </div>
    </div>
  );
}

/** Tells the agent who holds a call what became of those they asked to come. */
export function CallNewsTeller({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const { data } = useCall(contact.id, contact.version);
  const before = useRef<CallNow | undefined>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = data;
    if (!last || !data) return;
    for (const news of newsOf(last, data)) {
      if (news.what === "nobodyTook") toast("warn", t("calls.nobodyTook", { queue: news.queue }));
      else toast("warn", t(`calls.${news.what}`, { name: news.name }), "leg" in news ? news.leg : undefined);
    }
  }, [data, t]);
  return null;
}

/** Whether this person's telephone did not take up the call that has just left their desk. */
export function notTakenUp(gone: Contact, { agent }: LiveState): boolean {
  const rang = gone.media === "voice" && gone.state === "connecting";
  return rang && agent?.status === "not_ready" && agent.reason === "rona";
}

/** Says how a call or a consult left the desk when that was nobody's click here; opens the call that came of one. */
export function useDepartures(open: (contactId: string) => void): void {
  const { live } = useConsole();
  const client = useQueryClient();
  const { t } = useTexts();
  const opened = useRef(open);
  useEffect(() => {
    opened.current = open;
  });
  useEffect(() => {
    const ending = new Map<string, ReturnType<typeof setTimeout>>();
    let before = live.get();
    const stop = live.subscribe(() => {
      const last = before;
      const state = live.get();
      before = state;
      if (last.contacts === state.contacts || last.generation !== state.generation) return;
      for (const gone of Object.values(last.contacts)) {
        if (gone.id in state.contacts) continue;
        if (notTakenUp(gone, state))
          toast("warn", t(gone.consult === null ? "calls.phoneNotTaken" : "calls.consultNotTaken"));
        else if (gone.consult !== null) {
          const { call } = gone.consult;
          ending.set(
            call,
            setTimeout(() => {
              if (ending.delete(call)) toast("ok", t("calls.consultEnded"));
            }, HANDED_OVER),
          );
        }
      }
      for (const [call, timer] of ending) {
        if (!(call in state.contacts)) continue;
        clearTimeout(timer);
        ending.delete(call);
        toast("ok", t("calls.yoursNow"));
        // It was read while it was somebody else's.
        void client.invalidateQueries({ queryKey: ["contact", call] });
        opened.current(call);
      }
    });
    return () => {
      stop();
      for (const timer of ending.values()) clearTimeout(timer);
    };
  }, [client, live, t]);
}
