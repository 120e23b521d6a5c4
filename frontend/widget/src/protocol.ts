/** The frames of the web chat (docs/api.md). What the server says is read without trust. */

export type ChatState = "new" | "waiting" | "connected" | "ended";

export interface ChatMedia {
  id: string;
  content_type: string;
  name: string | null;
  state: string;
}

export interface ChatMessage {
  id: string;
  direction: "in" | "out" | "system";
  name: string | null;
  text: string;
  at: string;
  media: ChatMedia[];
  client_id: string | null;
}

/** Seconds from now: half of those who wait are answered within p50, four in five within p80. */
export interface Wait {
  p50: number;
  p80: number;
}

export type ServerFrame =
  | {
      type: "welcome";
      token: string;
      state: ChatState;
      agent: { name: string } | null;
      messages: ChatMessage[];
      texts: { title?: string; greeting?: string };
      limits: { max_length?: number; max_media_bytes?: number };
    }
  | { type: "accepted"; client_id: string; message_id: string; at: string }
  | { type: "message"; message: ChatMessage }
  | { type: "status"; state: ChatState; agent: { name: string } | null; wait?: Wait }
  | { type: "typing" }
  | { type: "error"; code: string; message: string; retry: boolean; client_id?: string }
  | { type: "pong" };

export type ClientFrame =
  | { type: "hello"; page: string; token?: string; language: string; after?: string }
  | { type: "message"; client_id: string; text: string; media_ids?: string[] }
  | { type: "typing" }
  | { type: "ack"; message_id: string }
  | { type: "end" }
  | { type: "ping" };

const KNOWN = ["welcome", "accepted", "message", "status", "typing", "error", "pong"];

/** The frame, or null for anything this version does not know. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value = JSON.parse(data) as { type?: unknown } | null;
    return value && typeof value.type === "string" && KNOWN.includes(value.type)
      ? (value as ServerFrame)
      : null;
  } catch {
    return null;
  }
}
