/** The chat without its looks: the line to the server, what was said, and what is still unsent. */
import { delay } from "../../shared/backoff";
import { Outbox } from "./outbox";
import {
  parseFrame,
  type ChatMessage,
  type ChatState,
  type ClientFrame,
  type ServerFrame,
  type Wait,
} from "./protocol";
import type { Memory } from "./storage";

export interface ChatLine {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface ChatOptions {
  page: string;
  language: string;
  memory: Memory;
  open: () => ChatLine;
  onChange: () => void;
  /** A message of an agent that was not here before. */
  onNews?: (message: ChatMessage) => void;
  random?: () => number;
  now?: () => number;
  newId?: () => string;
}

const PING_EVERY = 20_000;
const DEAD_AFTER = 45_000;
const TYPING_EVERY = 3_000;

export class Chat {
  state: ChatState = "new";
  agent: string | null = null;
  /** How long the server thinks it still takes; null while it cannot tell. */
  wait: Wait | null = null;
  messages: ChatMessage[] = [];
  texts: { title?: string; greeting?: string } = {};
  maxLength = 4000;
  maxMediaBytes = 5 * 1024 * 1024;
  online = false;
  /** Local milliseconds when the agent was last seen typing. */
  typingAt = 0;
  token: string | null;
  /** The page cannot chat at all: what the server said. */
  fault: string | null = null;
  readonly outbox: Outbox;

  private readonly options: ChatOptions;
  private readonly random: () => number;
  private readonly now: () => number;
  private line: ChatLine | null = null;
  private started = false;
  private attempt = 0;
  private heardAt = 0;
  private pingedAt = 0;
  private typedAt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChatOptions) {
    this.options = options;
    this.random = options.random ?? Math.random;
    this.now = options.now ?? Date.now;
    this.token = options.memory.read<string | null>("token", null);
    this.outbox = new Outbox(options.memory);
  }

  /** Whether this browser has a chat that may still be going on. */
  get resumable(): boolean {
    return this.token !== null;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.connect();
  }

  /** Call about every second. */
  tick(): void {
    if (!this.line) return;
    const now = this.now();
    if (now - this.heardAt > DEAD_AFTER) this.lost();
    if (!this.online) return;
    this.flush();
    if (now - this.pingedAt < PING_EVERY) return;
    this.pingedAt = now;
    this.send({ type: "ping" });
  }

  /** Connect at once, for example when the network is back. */
  hurry(): void {
    if (!this.started || this.line) return;
    clearTimeout(this.retry);
    this.connect();
  }

  write(text: string, mediaIds: string[] = []): void {
    const clientId = (this.options.newId ?? randomId)();
    this.outbox.add({ clientId, text: text.trim(), mediaIds, at: this.now() });
    this.typedAt = 0;
    this.flush();
    this.options.onChange();
  }

  again(clientId: string): void {
    this.outbox.retry(clientId);
    this.flush();
    this.options.onChange();
  }

  /** Draw again: something was changed from outside. */
  touch(): void {
    this.options.onChange();
  }

  typing(): void {
    const now = this.now();
    if (!this.online || this.state === "new" || now - this.typedAt < TYPING_EVERY) return;
    this.typedAt = now;
    this.send({ type: "typing" });
  }

  end(): void {
    this.send({ type: "end" });
  }

  /** Forget the ended chat and begin another. */
  renew(): void {
    this.token = null;
    this.options.memory.write("token", null);
    this.messages = [];
    this.outbox.clear();
    this.state = "new";
    this.wait = null;
    this.agent = null;
    this.lost(true);
  }

  private connect(): void {
    const line = this.options.open();
    this.line = line;
    this.heardAt = this.pingedAt = this.now();
    line.onopen = () => {
      const last = this.messages.at(-1)?.id;
      const { page, language } = this.options;
      const hello: ClientFrame = { type: "hello", page, language };
      if (this.token !== null) hello.token = this.token;
      if (this.token !== null && last !== undefined) hello.after = last;
      line.send(JSON.stringify(hello));
    };
    line.onmessage = (event) => {
      if (this.line !== line) return;
      this.heardAt = this.now();
      const frame = parseFrame(event.data);
      if (frame) this.hear(frame);
    };
    line.onclose = () => {
      if (this.line === line) this.lost();
    };
  }

  private hear(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.welcome(frame);
        break;
      case "accepted":
        this.accepted(frame);
        break;
      case "message":
        this.add([frame.message]);
        break;
      case "status":
        this.state = frame.state;
        this.agent = frame.agent?.name ?? null;
        this.wait = frame.state === "waiting" ? (frame.wait ?? null) : null;
        break;
      case "typing":
        this.typingAt = this.now();
        break;
      case "error":
        if (frame.client_id !== undefined && !frame.retry) this.outbox.refused(frame.client_id, frame.code);
        else if (!frame.retry && !this.online) this.fault = frame.code;
        break;
      case "pong":
        return;
    }
    this.options.onChange();
  }

  private welcome(frame: Extract<ServerFrame, { type: "welcome" }>): void {
    // Another token: the chat we knew is no more, what was said in it does not belong to the new one.
    if (this.token !== null && frame.token !== this.token) this.messages = [];
    this.token = frame.token;
    this.options.memory.write("token", frame.token);
    this.state = frame.state;
    this.wait = null;
    this.agent = frame.agent?.name ?? null;
    this.texts = frame.texts;
    this.maxLength = frame.limits.max_length ?? this.maxLength;
    this.maxMediaBytes = frame.limits.max_media_bytes ?? this.maxMediaBytes;
    this.online = true;
    this.fault = null;
    this.attempt = 0;
    this.add(frame.messages);
    this.outbox.restart();
    this.flush();
  }

  private accepted(frame: Extract<ServerFrame, { type: "accepted" }>): void {
    const item = this.outbox.items.find((one) => one.clientId === frame.client_id);
    this.outbox.accepted(frame.client_id);
    if (this.state === "new" || this.state === "ended") this.state = "waiting";
    if (!item || this.messages.some((message) => message.id === frame.message_id)) return;
    const media = item.mediaIds.map((id) => ({ id, content_type: "image/*", name: null, state: "ready" }));
    const { text } = item;
    this.insert([
      {
        id: frame.message_id,
        direction: "in",
        name: null,
        text,
        at: frame.at,
        media,
        client_id: frame.client_id,
      },
    ]);
  }

  private add(messages: readonly ChatMessage[]): void {
    const known = new Set(this.messages.map((message) => message.id));
    const fresh = messages.filter((message) => !known.has(message.id));
    this.insert(messages);
    this.outbox.settle(messages);
    for (const message of fresh) {
      if (message.direction === "in") continue;
      this.typingAt = 0;
      this.send({ type: "ack", message_id: message.id });
      this.options.onNews?.(message);
    }
  }

  private insert(messages: readonly ChatMessage[]): void {
    const byId = new Map(this.messages.map((message) => [message.id, message]));
    for (const message of messages) byId.set(message.id, message);
    this.messages = [...byId.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  private flush(): void {
    if (!this.online) return;
    for (const frame of this.outbox.due(this.now())) this.send(frame);
  }

  private send(frame: ClientFrame): void {
    if (this.line && this.online) this.line.send(JSON.stringify(frame));
  }

  private lost(atOnce = false): void {
    const line = this.line;
    this.line = null;
    this.online = false;
    if (line) {
      line.onopen = line.onmessage = line.onclose = null;
      line.close();
    }
    clearTimeout(this.retry);
    const seconds = atOnce ? 0 : delay(this.attempt, this.random(), { base: 1, cap: 30 });
    this.attempt += 1;
    this.retry = setTimeout(() => this.connect(), seconds * 1000);
    this.options.onChange();
  }
}

function randomId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  // randomUUID needs https; a page may still be plain http.
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
