/** The conversations of the desk, as the list on the left needs them. */
import i18next from "i18next";
import { useMemo } from "react";
import type { Contact, Message } from "../api/types";
import { useLive } from "../context";
import { prettyAddress } from "../lib/format";
import { EMPTY_THREAD, type Thread } from "../live/threads";
import { countUnread, hasFailedDelivery, unansweredSince, useSeen } from "./unread";

export interface Conversation {
  contact: Contact;
  unread: number;
  failed: boolean;
  unansweredSince: string | null;
  lastMessage: Message | null;
}

/** Oldest first, so that a conversation keeps its place and its number. */
function order(a: Contact, b: Contact): number {
  const at = (contact: Contact) => Date.parse(contact.connected_at ?? contact.state_since);
  return at(a) - at(b) || a.id.localeCompare(b.id);
}

export function describe(contact: Contact, thread: Thread, seenAt: string | undefined): Conversation {
  const shown = thread.messages.filter((message) => message.direction !== "system");
  return {
    contact,
    unread: countUnread(thread.messages, seenAt),
    failed: hasFailedDelivery(thread.messages),
    unansweredSince: contact.state === "connected" ? unansweredSince(thread.messages) : null,
    lastMessage: shown.at(-1) ?? null,
  };
}

export function useConversations(): Conversation[] {
  const contacts = useLive((state) => state.contacts);
  const threads = useLive((state) => state.threads);
  const seen = useSeen();
  return useMemo(
    () =>
      Object.values(contacts)
        .sort(order)
        .map((contact) => describe(contact, threads[contact.id] ?? EMPTY_THREAD, seen[contact.id])),
    [contacts, threads, seen],
  );
}

/** What a contact is called where all kinds are listed: a consult by who asks, any other by its customer. */
export function contactTitle(contact: Contact): string {
  if (contact.consult === null) return customerName(contact);
  const name = contact.consult.asked_by ?? i18next.t("calls.somebody");
  return i18next.t("calls.consultOf", { name });
}

/** What to call the customer of a contact; visitors of the web chat are told apart by the end of their id. */
export function customerName(contact: Pick<Contact, "customer" | "address" | "channel">): string {
  const name = contact.customer?.name;
  if (name !== null && name !== undefined) return name;
  if (contact.channel !== "chat") return prettyAddress(contact.address);
  return i18next.t("customer.visitor", { id: contact.address.slice(-4) });
}
