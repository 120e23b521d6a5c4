/** Makes an offer noticed: sound, the tab's title, a system notice, and words for screen readers. */
import { useEffect, useRef, useState } from "react";
import type { Offer } from "../api/types";
import { useConsole, useLive } from "../context";
import { codeText, useTexts } from "../i18n";
import { everySecond } from "../lib/clock";
import { messageTick, ringOnce } from "../lib/sound";
import { toast } from "../ui/toasts";
import { contactTitle, customerName } from "./conversations";
import { panes } from "./panes";

/** Seconds between two rings. */
const RING_EVERY = 3;

function useRing(offers: readonly Offer[]): void {
  const ringing = offers.length > 0;
  const newest = offers.at(-1)?.id;
  useEffect(() => {
    if (!ringing) return;
    ringOnce();
    let seconds = 0;
    return everySecond(() => {
      seconds += 1;
      if (seconds % RING_EVERY === 0) ringOnce();
    });
  }, [ringing, newest]);
}

function useTitle(count: number, unread: number): void {
  const { t } = useTexts();
  useEffect(() => {
    const name = t("app.name");
    const plain = unread > 0 ? `(${unread}) ${name}` : name;
    document.title = plain;
    if (count === 0) return;
    let flash = false;
    const turn = () => {
      flash = !flash;
      document.title = flash ? `● ${t("offer.tab")}` : plain;
    };
    turn();
    const stop = everySecond(turn);
    return () => {
      stop();
      document.title = plain;
    };
  }, [count, unread, t]);
}

function useSystemNotice(offers: readonly Offer[]): void {
  const { t } = useTexts();
  const shown = useRef(new Map<string, Notification>());
  useEffect(() => {
    const open = shown.current;
    for (const [id, notice] of open) {
      if (offers.some((offer) => offer.id === id)) continue;
      notice.close();
      open.delete(id);
    }
    if (typeof Notification === "undefined" || Notification.permission !== "granted" || !document.hidden)
      return;
    for (const offer of offers) {
      if (open.has(offer.id)) continue;
      const channel = codeText(t, "channels", offer.contact.channel);
      const notice = new Notification(customerName(offer.contact), {
        body:
          offer.contact.consult === null
            ? t("offer.notification", { channel, queue: offer.contact.queue.name })
            : contactTitle(offer.contact),
        tag: offer.id,
      });
      notice.onclick = () => window.focus();
      open.set(offer.id, notice);
    }
  }, [offers, t]);
}

function useMissedNotice(): void {
  const { t } = useTexts();
  const missed = useLive((state) => state.missed);
  useEffect(() => {
    if (!missed) return;
    const rona = missed.outcome === "rona";
    if (missed.consult) toast("warn", t(rona ? "offer.missedConsult" : "offer.consultWithdrawn"));
    else toast("warn", t(rona ? "offer.missedRona" : "offer.missedWithdrawn"));
  }, [missed, t]);
}

/** A quiet tick, and words for screen readers, for messages of customers. */
function useMessageNotice(say: (text: string) => void): void {
  const { live } = useConsole();
  const { t } = useTexts();
  const sayNow = useRef(say);
  useEffect(() => {
    sayNow.current = say;
  });
  useEffect(() => {
    let known = live.get().threads;
    let generation = live.get().generation;
    return live.subscribe(() => {
      const { threads, contacts, generation: current } = live.get();
      const before = known;
      known = threads;
      if (before === threads) return;
      const restarted = current !== generation;
      generation = current;
      for (const contact of restarted ? [] : Object.values(contacts)) {
        const old = before[contact.id];
        const last = threads[contact.id]?.messages.at(-1);
        if (!old || last?.direction !== "in" || old.messages.at(-1)?.id === last.id) continue;
        if (old.messages.length === 0) continue; // history being loaded, not news
        if (document.hidden || !panes.get().open.includes(contact.id)) messageTick();
        sayNow.current(t("announce.message", { name: customerName(contact), text: last.text }));
      }
    });
  }, [live, t]);
}

export function Ringing({ unread }: { unread: number }) {
  const { t } = useTexts();
  const offers = useLive((state) => state.offers);
  const [said, setSaid] = useState("");
  useRing(offers);
  useTitle(offers.length, unread);
  useSystemNotice(offers);
  useMissedNotice();
  useMessageNotice(setSaid);
  const newest = offers.at(-1);
  return (
    <>
      <div className="visually-hidden" aria-live="assertive">
        {newest &&
          t(newest.contact.consult === null ? "offer.announce" : "offer.announceConsult", {
            channel: codeText(t, "channels", newest.contact.channel),
            customer: customerName(newest.contact),
            queue: newest.contact.queue.name,
            name: newest.contact.consult?.asked_by ?? t("calls.somebody"),
          })}
      </div>
      <div className="visually-hidden" aria-live="polite">
        {said}
      </div>
    </>
  );
}
