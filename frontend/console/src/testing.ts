/** Made-up contacts, messages and frames for the tests. */
import type { Agent, Contact, Message, Offer } from "./api/types";
import type { Line } from "./live/socket";

export function contact(id: string, change: Partial<Contact> = {}): Contact {
  return {
    id,
    channel: "sms",
    media: "async",
    state: "connected",
    state_since: "2026-11-21T12:00:00.000Z",
    queue: { id: "averias", name: "Averías" },
    priority: 0,
    own_priority: 0,
    hazard: false,
    kept: false,
    relaxed: 0,
    skills: [["averias", 2]],
    any_of: [],
    preferred: [],
    own_needs: { skills: {}, any_of: [], preferred: {} },
    arrived_at: "2026-11-21T12:00:00.000Z",
    place: "2026-11-21T12:00:00.000Z",
    agent: { id: "lucia", name: "Lucía" },
    reserved_for: null,
    customer: { id: "c", name: "Ana", tier: "B", language: "es", flags: [] },
    address: "+59899123456",
    to: "+59829001234",
    preview: null,
    last_message_at: null,
    connected_at: "2026-11-21T12:00:05.000Z",
    ended_at: null,
    wrap_up_until: null,
    closed_at: null,
    outcome: null,
    disposition: null,
    opted_out: false,
    consult: null,
    version: 1,
    ...change,
  };
}

export function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id,
    contact_id: "k1",
    direction: "in",
    author: { kind: "customer", name: "Ana" },
    text: `text of ${id}`,
    at: "2026-11-21T12:01:00.000Z",
    delivery: null,
    error: null,
    media: [],
    ...change,
  };
}

export function offer(id: string, contactId: string, deadline = "2026-11-21T12:00:20.000Z"): Offer {
  return {
    id,
    places: [],
    contact: contact(contactId, { state: "offered", agent: null }),
    offered_at: "2026-11-21T12:00:00.000Z",
    deadline,
    why: {
      reason: "contact_arrived",
      waited_seconds: 1,
      skills: [],
      any_of: [],
      preferred: [],
      choice: "longest_idle",
      steps: 0,
      proficiency: 0,
      ready: 1,
      refused: {},
      configuration_version: 1,
    },
  };
}

export function agent(change: Partial<Agent> = {}): Agent {
  return {
    id: "lucia",
    name: "Lucía",
    profile: { id: "p", name: "P" },
    status: "available",
    reason: null,
    status_since: "2026-11-21T12:00:00.000Z",
    connected: true,
    finishing: null,
    telephone: null,
    ...change,
  };
}

/** The other end of a line: says what the test says, remembers what it hears. */
export class FakeLine implements Line {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly heard: Record<string, unknown>[] = [];
  closed = false;

  send(data: string): void {
    this.heard.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  say(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(): void {
    this.onclose?.();
  }
}
