/**
 * Messages of the customer that the server has not confirmed. They survive a reload and are sent again
 * with the same `client_id`, so that nothing is said twice.
 */
import type { ChatMessage, ClientFrame } from "./protocol";
import type { Memory } from "./storage";

export interface Unsent {
  clientId: string;
  text: string;
  mediaIds: string[];
  /** Local milliseconds. */
  at: number;
  /** `refused`: the server will not take it; the customer is told. */
  state: "waiting" | "refused";
  problem: string | null;
}

/** Milliseconds after which an unanswered message is sent once more on the same line. */
export const RESEND_AFTER = 8_000;

export class Outbox {
  items: Unsent[];
  private readonly memory: Memory;
  private readonly sentAt = new Map<string, number>();

  constructor(memory: Memory) {
    this.memory = memory;
    this.items = memory.read<Unsent[]>("outbox", []);
  }

  add(item: Pick<Unsent, "clientId" | "text" | "mediaIds" | "at">): void {
    this.change([...this.items, { ...item, state: "waiting", problem: null }]);
  }

  /** The server has it. */
  accepted(clientId: string): void {
    this.sentAt.delete(clientId);
    this.change(this.items.filter((item) => item.clientId !== clientId));
  }

  /** What the server already shows is not unsent. */
  settle(messages: readonly ChatMessage[]): void {
    const known = new Set(messages.map((message) => message.client_id));
    if (this.items.some((item) => known.has(item.clientId)))
      this.change(this.items.filter((item) => !known.has(item.clientId)));
  }

  refused(clientId: string, problem: string): void {
    this.change(
      this.items.map((item) => (item.clientId === clientId ? { ...item, state: "refused", problem } : item)),
    );
  }

  discard(clientId: string): void {
    this.accepted(clientId);
  }

  /** Try a refused one again. */
  retry(clientId: string): void {
    this.sentAt.delete(clientId);
    this.change(
      this.items.map((item) =>
        item.clientId === clientId ? { ...item, state: "waiting", problem: null } : item,
      ),
    );
  }

  /** A new line: nothing counts as sent on it yet. */
  restart(): void {
    this.sentAt.clear();
  }

  /** The frames to send now, in order: never sent on this line, or unanswered for too long. */
  due(now: number): ClientFrame[] {
    const frames: ClientFrame[] = [];
    for (const item of this.items) {
      if (item.state !== "waiting") continue;
      const sent = this.sentAt.get(item.clientId);
      if (sent !== undefined && now - sent < RESEND_AFTER) continue;
      this.sentAt.set(item.clientId, now);
      frames.push({
        type: "message",
        client_id: item.clientId,
        text: item.text,
        ...(item.mediaIds.length > 0 ? { media_ids: item.mediaIds } : {}),
      });
    }
    return frames;
  }

  clear(): void {
    this.sentAt.clear();
    this.change([]);
  }

  private change(items: Unsent[]): void {
    this.items = items;
    this.memory.write("outbox", items.length > 0 ? items : null);
  }
}
