/** What the console knows live, and how each frame of the socket changes it. Pure. */
import type { Agent, Contact, Message, Offer, Overview, Why } from "../api/types";
import type { OfferOutcome, ServerEvent } from "./protocol";
import { EMPTY_THREAD, withDelivery, withMedia, withMessages, type Thread } from "./threads";

export type Connection = "connecting" | "online" | "offline";

export interface Alarm {
  key: number;
  code: string;
  message: string;
  /** What the code's text is filled with. */
  detail: Record<string, string> | null;
  at: number;
}

/** An offer that stopped ringing for another reason than this person's own click. */
export interface Missed {
  offerId: string;
  contactId: string;
  outcome: OfferOutcome;
  /** It was advice to a colleague, no customer's. */
  consult: boolean;
}

export interface LiveState {
  connection: Connection;
  /** Local milliseconds of the next attempt to connect, while offline. */
  retryAt: number | null;
  /** One more with each snapshot: what REST gave before may be stale. */
  generation: number;
  /** Server clock minus local clock, in milliseconds. */
  clockOffset: number;
  agent: Agent | null;
  offers: Offer[];
  contacts: Record<string, Contact>;
  threads: Record<string, Thread>;
  /** Local milliseconds when a customer was last seen typing. */
  typing: Record<string, number>;
  /** How often each call was said to have changed: it is read again each time. */
  calls: Record<string, number>;
  /** Why each contact was offered to this agent, kept after the offer. */
  why: Record<string, Why>;
  overview: Overview | null;
  alarms: Alarm[];
  missed: Missed | null;
  configurationVersion: number;
  signedOut: string | null;
}

export const INITIAL: LiveState = {
  connection: "connecting",
  retryAt: null,
  generation: 0,
  clockOffset: 0,
  agent: null,
  offers: [],
  contacts: {},
  threads: {},
  typing: {},
  calls: {},
  why: {},
  overview: null,
  alarms: [],
  missed: null,
  configurationVersion: 0,
  signedOut: null,
};

const MAX_ALARMS = 50;

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record;
  return Object.fromEntries(Object.entries(record).filter(([id]) => id !== key));
}

function withThread(state: LiveState, id: string, change: (thread: Thread) => Thread): LiveState {
  return { ...state, threads: { ...state.threads, [id]: change(state.threads[id] ?? EMPTY_THREAD) } };
}

/** The state with messages that REST or an action returned. */
export function addMessages(state: LiveState, contactId: string, messages: readonly Message[]): LiveState {
  return withThread(state, contactId, (thread) => withMessages(thread, messages));
}

function addOffer(state: LiveState, offer: Offer): LiveState {
  const offers = [...state.offers.filter((one) => one.id !== offer.id), offer];
  offers.sort((a, b) => Date.parse(a.deadline) - Date.parse(b.deadline));
  return { ...state, offers, why: { ...state.why, [offer.contact.id]: offer.why }, missed: null };
}

function addContact(state: LiveState, contact: Contact): LiveState {
  const known = state.contacts[contact.id];
  if (known && known.version > contact.version) return state;
  return { ...state, contacts: { ...state.contacts, [contact.id]: contact } };
}

function withPreview(state: LiveState, contactId: string, message: Message): LiveState {
  const contact = state.contacts[contactId];
  if (!contact || message.direction === "note" || message.direction === "system") return state;
  if (contact.last_message_at !== null && contact.last_message_at > message.at) return state;
  const changed = { ...contact, preview: message.text.slice(0, 140), last_message_at: message.at };
  return { ...state, contacts: { ...state.contacts, [contactId]: changed } };
}

function snapshot(
  state: LiveState,
  event: Extract<ServerEvent, { type: "snapshot" }>,
  now: number,
): LiveState {
  const known = new Set([
    ...event.contacts.map(({ id }) => id),
    ...event.offers.map((one) => one.contact.id),
  ]);
  const base: LiveState = {
    ...state,
    why: Object.fromEntries(Object.entries(state.why).filter(([id]) => known.has(id))),
    generation: state.generation + 1,
    clockOffset: Date.parse(event.server_time) - now,
    agent: event.agent,
    offers: [],
    contacts: Object.fromEntries(event.contacts.map((contact) => [contact.id, contact])),
    typing: {},
    overview: event.overview ?? state.overview,
    signedOut: null,
  };
  return event.offers.reduce(addOffer, base);
}

function endOffer(state: LiveState, event: Extract<ServerEvent, { type: "offer_ended" }>): LiveState {
  const rang = state.offers.find((offer) => offer.id === event.offer_id);
  if (!rang) return state;
  const offers = state.offers.filter((offer) => offer.id !== event.offer_id);
  const missed =
    event.outcome === "rona" || event.outcome === "withdrawn"
      ? {
          offerId: event.offer_id,
          contactId: event.contact_id,
          outcome: event.outcome,
          consult: rang.contact.consult !== null,
        }
      : state.missed;
  return { ...state, offers, missed };
}

/** The state after one frame. `now` is the local clock in milliseconds. */
export function apply(state: LiveState, event: ServerEvent, now: number): LiveState {
  switch (event.type) {
    case "snapshot":
      return snapshot(state, event, now);
    case "agent":
      return { ...state, agent: event.agent };
    case "offer":
      return addOffer(state, event.offer);
    case "offer_ended":
      return endOffer(state, event);
    case "contact":
      return addContact(state, event.contact);
    case "contact_removed":
      return {
        ...state,
        contacts: without(state.contacts, event.contact_id),
        calls: without(state.calls, event.contact_id),
      };
    case "message": {
      const next = addMessages(state, event.contact_id, [event.message]);
      const quiet =
        event.message.direction === "in" ? { ...next, typing: without(next.typing, event.contact_id) } : next;
      return withPreview(quiet, event.contact_id, event.message);
    }
    case "message_updated":
      return withThread(state, event.contact_id, (thread) =>
        withDelivery(thread, event.message_id, { delivery: event.delivery, error: event.error }),
      );
    case "media_updated":
      return withThread(state, event.contact_id, (thread) =>
        withMedia(thread, event.message_id, event.media),
      );
    case "typing":
      return { ...state, typing: { ...state.typing, [event.contact_id]: now } };
    case "call": {
      const id = event.contact_id;
      return { ...state, calls: { ...state.calls, [id]: (state.calls[id] ?? 0) + 1 } };
    }
    case "configuration":
      return { ...state, configurationVersion: event.version };
    case "alarm": {
      const alarm = {
        key: (state.alarms[0]?.key ?? 0) + 1,
        code: event.code,
        message: event.message,
        detail: event.detail ?? null,
        at: now,
      };
      return { ...state, alarms: [alarm, ...state.alarms].slice(0, MAX_ALARMS) };
    }
    case "overview":
      return { ...state, overview: event.overview };
    case "pong":
      return { ...state, clockOffset: Date.parse(event.server_time) - now };
    case "signed_out":
      return { ...state, signedOut: event.reason };
    case "resumed":
    case "request":
      return state;
  }
}
