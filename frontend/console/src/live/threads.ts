/** The messages of a contact, merged from what REST gave and what the socket pushed. Pure. */
import type { Delivery, Media, Message } from "../api/types";

interface Update {
  delivery: Delivery | null;
  error: string | null;
}

export interface Thread {
  /** In the order in which they happened. */
  messages: Message[];
  /** Delivery states that arrived before their message did. */
  updates: Record<string, Update>;
  /** Pictures as the socket last told them, by id: what REST read earlier does not undo it. */
  pictures: Record<string, Media>;
}

export const EMPTY_THREAD: Thread = { messages: [], updates: {}, pictures: {} };

const RANK: Record<Delivery, number> = {
  queued: 0,
  sending: 1,
  delivery_unknown: 2,
  sent: 3,
  failed: 4,
  undelivered: 4,
  delivered: 5,
  read: 6,
};

/** Whether `next` may replace `current`: a delivery state never goes backwards. */
export function advances(current: Delivery | null, next: Delivery | null): boolean {
  if (next === null) return false;
  return current === null || RANK[next] >= RANK[current];
}

function withUpdate(message: Message, update: Update | undefined): Message {
  if (!update || !advances(message.delivery, update.delivery)) return message;
  return { ...message, ...update };
}

/** A picture that has come, or has failed, is not pending again. */
function withPictures(message: Message, pictures: Record<string, Media>): Message {
  if (message.media.every((one) => pictures[one.id] === undefined)) return message;
  const media = message.media.map((one) => (one.state === "pending" ? (pictures[one.id] ?? one) : one));
  return { ...message, media };
}

function merged(known: Message | undefined, incoming: Message): Message {
  if (!known) return incoming;
  const come = Object.fromEntries(
    known.media.filter((one) => one.state !== "pending").map((one) => [one.id, one]),
  );
  const next = withPictures(incoming, come);
  const keep = known.delivery !== null && !advances(known.delivery, next.delivery);
  return keep ? { ...next, delivery: known.delivery, error: known.error } : next;
}

/** The thread with these messages added; known ones are refreshed, none is doubled. */
export function withMessages(thread: Thread, incoming: readonly Message[]): Thread {
  const byId = new Map(thread.messages.map((message) => [message.id, message]));
  const updates = { ...thread.updates };
  for (const message of incoming) {
    const whole = withPictures(message, thread.pictures);
    byId.set(message.id, withUpdate(merged(byId.get(message.id), whole), updates[message.id]));
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a plain dictionary by id
    delete updates[message.id];
  }
  const messages = [...byId.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { ...thread, messages, updates };
}

/** The thread after a delivery report, kept for later when its message is not here yet. */
export function withDelivery(thread: Thread, id: string, update: Update): Thread {
  if (!thread.messages.some((message) => message.id === id)) {
    const known = thread.updates[id];
    if (known && !advances(known.delivery, update.delivery)) return thread;
    return { ...thread, updates: { ...thread.updates, [id]: update } };
  }
  const messages = thread.messages.map((message) =>
    message.id === id ? withUpdate(message, update) : message,
  );
  return { ...thread, messages };
}

/** The thread after one picture of one message changed (downloaded, or failed). */
export function withMedia(thread: Thread, messageId: string, media: Media): Thread {
  const messages = thread.messages.map((message) => {
    if (message.id !== messageId) return message;
    const others = message.media.some((one) => one.id === media.id)
      ? message.media.map((one) => (one.id === media.id ? media : one))
      : [...message.media, media];
    return { ...message, media: others };
  });
  return { ...thread, messages, pictures: { ...thread.pictures, [media.id]: media } };
}
