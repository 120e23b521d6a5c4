/** What the console WebSocket says (docs/api.md). Every frame has `seq`, one more each time. */
import type { Agent, Contact, Delivery, Media, Message, Offer, Overview } from "../api/types";

export interface ApiProblem {
  code: string;
  message: string;
  detail?: Record<string, unknown>;
}

export type ServerEvent =
  | { type: "resumed"; session: string }
  | {
      type: "snapshot";
      session: string;
      server_time: string;
      agent: Agent | null;
      offers: Offer[];
      contacts: Contact[];
      overview?: Overview | null;
    }
  | { type: "agent"; agent: Agent }
  | { type: "offer"; offer: Offer }
  | { type: "offer_ended"; offer_id: string; contact_id: string; outcome: OfferOutcome }
  | { type: "contact"; contact: Contact }
  | { type: "contact_removed"; contact_id: string; reason: string }
  | { type: "message"; contact_id: string; message: Message }
  | {
      type: "message_updated";
      contact_id: string;
      message_id: string;
      delivery: Delivery | null;
      error: string | null;
    }
  | { type: "media_updated"; contact_id: string; message_id: string; media: Media }
  | { type: "typing"; contact_id: string }
  | { type: "call"; contact_id: string }
  | { type: "configuration"; version: number }
  | { type: "request"; request_id: string; status: number; error: ApiProblem | null }
  | { type: "alarm"; code: string; message: string; detail?: Record<string, string> }
  | { type: "overview"; overview: Overview }
  | { type: "pong"; server_time: string }
  | { type: "signed_out"; reason: string };

export type OfferOutcome = "accepted" | "declined" | "rona" | "withdrawn";
export type ServerFrame = ServerEvent & { seq: number };

const KNOWN: ReadonlySet<string> = new Set<ServerEvent["type"]>([
  "resumed",
  "snapshot",
  "agent",
  "offer",
  "offer_ended",
  "contact",
  "contact_removed",
  "message",
  "message_updated",
  "media_updated",
  "typing",
  "call",
  "configuration",
  "request",
  "alarm",
  "overview",
  "pong",
  "signed_out",
]);

/** A frame, its number only when its type is unknown to this version, or null when it is not a frame. */
export function parseFrame(data: unknown): ServerFrame | { type: "unknown"; seq: number } | null {
  if (typeof data !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { seq, type } = value as { seq?: unknown; type?: unknown };
  if (typeof seq !== "number" || typeof type !== "string") return null;
  if (!KNOWN.has(type)) return { type: "unknown", seq };
  return value as ServerFrame;
}
