/**
 * Messages on their way to the server. They are kept in sessionStorage until the server has them, and
 * sent in order within a contact; a retry repeats the request id, so nothing is said twice.
 */
import { ApiError } from "../api/client";
import type { ActionResult, Media, Message } from "../api/types";
import { createStore, type Store } from "../lib/store";
import type { Action } from "./requests";

export interface Unsent {
  requestId: string;
  contactId: string;
  text: string;
  media: Media[];
  note: boolean;
  /** Local milliseconds. */
  at: number;
  /** `refused`: the server said no and will again; the person decides. */
  state: "sending" | "waiting" | "refused";
  errorCode: string | null;
  /** How many equal messages of ours the thread had: the socket may show this one before its answer. */
  seen: number;
}

export interface OutboxOptions {
  act: (action: Action, attempts: number) => Promise<ActionResult>;
  onStored: (contactId: string, message: Message) => void;
  restore: () => Unsent[];
  persist: (unsent: Unsent[]) => void;
}

/** How many messages of the thread say the same as this one. */
export function sameCount(messages: readonly Message[], item: Pick<Unsent, "text" | "note">): number {
  const direction = item.note ? "note" : "out";
  return messages.filter((message) => message.direction === direction && message.text === item.text).length;
}

/** Those not yet visible in the thread. */
export function notYetShown(unsent: readonly Unsent[], messages: readonly Message[]): Unsent[] {
  return unsent.filter((item) => item.state === "refused" || sameCount(messages, item) <= item.seen);
}

export class Outbox {
  readonly store: Store<Unsent[]>;
  private readonly options: OutboxOptions;
  private readonly busy = new Set<string>();

  constructor(options: OutboxOptions) {
    this.options = options;
    // After a reload nobody knows whether the last attempt arrived: the same id asks again.
    const restored = options.restore();
    this.store = createStore<Unsent[]>(
      restored.map((item) => (item.state === "refused" ? item : { ...item, state: "waiting" })),
    );
  }

  add(item: Omit<Unsent, "state" | "errorCode">): void {
    this.update((all) => [...all, { ...item, state: "sending", errorCode: null }]);
    void this.flush(item.contactId);
  }

  discard(requestId: string): void {
    this.update((all) => all.filter((item) => item.requestId !== requestId));
  }

  /** Try everything that waits: after a reload, or when the connection is back. */
  flushAll(): void {
    for (const id of new Set(this.store.get().map((item) => item.contactId))) void this.flush(id);
  }

  retry(requestId: string): void {
    const item = this.store.get().find((one) => one.requestId === requestId);
    if (!item) return;
    this.mark(requestId, "sending", null);
    void this.flush(item.contactId);
  }

  private async flush(contactId: string): Promise<void> {
    if (this.busy.has(contactId)) return;
    this.busy.add(contactId);
    try {
      for (let item = this.next(contactId); item; item = this.next(contactId)) {
        if (!(await this.deliver(item))) return;
      }
    } finally {
      this.busy.delete(contactId);
    }
  }

  private next(contactId: string): Unsent | undefined {
    return this.store.get().find((item) => item.contactId === contactId && item.state !== "refused");
  }

  /** Whether the next one may follow. */
  private async deliver(item: Unsent): Promise<boolean> {
    this.mark(item.requestId, "sending", null);
    const kind = item.note ? "notes" : "messages";
    const body = item.note
      ? { text: item.text }
      : { text: item.text, media_ids: item.media.map((one) => one.id) };
    try {
      const path = `/contacts/${encodeURIComponent(item.contactId)}/${kind}`;
      const result = await this.options.act({ method: "POST", path, body, requestId: item.requestId }, 3);
      if (result.message) this.options.onStored(item.contactId, result.message);
      this.discard(item.requestId);
      return true;
    } catch (error) {
      const problem = error instanceof ApiError ? error : null;
      const later = problem === null || problem.temporary || problem.status === 401;
      this.mark(item.requestId, later ? "waiting" : "refused", problem?.code ?? null);
      return !later;
    }
  }

  private mark(requestId: string, state: Unsent["state"], errorCode: string | null): void {
    this.update((all) =>
      all.map((item) => (item.requestId === requestId ? { ...item, state, errorCode } : item)),
    );
  }

  private update(change: (all: Unsent[]) => Unsent[]): void {
    this.store.set(change);
    this.options.persist(this.store.get());
  }
}
