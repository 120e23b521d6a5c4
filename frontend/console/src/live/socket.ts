/**
 * The console's one WebSocket: says hello, resumes by sequence number, pings, and comes back by itself.
 *
 * A gap in the numbers means that something was lost: the socket is closed and a hello without `resume`
 * asks for a snapshot.
 */
import { delay } from "../../../shared/backoff";
import { parseFrame, type ServerFrame } from "./protocol";
import type { Connection } from "./state";

/** The part of a WebSocket that is used here. */
export interface Line {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface SocketOptions {
  open: () => Line;
  /** What the hello says besides. */
  hello?: () => Record<string, unknown>;
  onFrame: (frame: ServerFrame) => void;
  onConnection: (connection: Connection, retryAt: number | null) => void;
  random?: () => number;
  now?: () => number;
}

/** Milliseconds between pings, and of silence after which the line counts as dead. */
export const PING_EVERY = 10_000;
export const DEAD_AFTER = 25_000;

export class ConsoleSocket {
  private readonly options: Required<SocketOptions>;
  private line: Line | null = null;
  private ready = false;
  private stopped = true;
  private attempt = 0;
  private session: string | null = null;
  private seq = 0;
  private heardAt = 0;
  private pingedAt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SocketOptions) {
    this.options = { hello: () => ({}), random: Math.random, now: Date.now, ...options };
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    this.drop();
    this.session = null;
  }

  /** Connect at once instead of waiting for the back-off, for example when the network returns. */
  retryNow(): void {
    if (this.stopped || this.line) return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  /** Say hello anew: what it says besides is not what it was. */
  renew(): void {
    if (this.stopped) return;
    clearTimeout(this.retryTimer);
    this.drop();
    this.session = null;
    this.connect();
  }

  /** Whether it went out; what is said while the line is down is not kept. */
  send(frame: Record<string, unknown>): boolean {
    if (!this.line || !this.ready) return false;
    this.line.send(JSON.stringify(frame));
    return true;
  }

  /** Call about every second: pings, and notices a dead line. Driven from outside because a hidden
   * tab's own timers run once a minute. */
  tick(): void {
    if (!this.line) return;
    const now = this.options.now();
    if (now - this.heardAt > DEAD_AFTER) {
      this.reconnect();
    } else if (this.ready && now - this.pingedAt >= PING_EVERY) {
      this.pingedAt = now;
      this.send({ type: "ping" });
    }
  }

  private connect(): void {
    this.options.onConnection("connecting", null);
    this.heardAt = this.options.now();
    const line = this.options.open();
    this.line = line;
    line.onopen = () => {
      const resume = this.session === null ? undefined : { session: this.session, seq: this.seq };
      line.send(JSON.stringify({ type: "hello", ...this.options.hello(), resume }));
      this.pingedAt = this.options.now();
    };
    line.onmessage = (event) => {
      if (this.line === line) this.hear(event.data);
    };
    line.onclose = () => {
      if (this.line === line) this.reconnect();
    };
  }

  private hear(data: unknown): void {
    this.heardAt = this.options.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type === "snapshot") {
      this.session = frame.session;
      this.seq = frame.seq;
      this.up();
    } else if (frame.type === "resumed") {
      // Its own number is the point that both sides agree on; what was missed follows it.
      this.session = frame.session;
      this.up();
    } else if (frame.seq <= this.seq) {
      return; // said before, said again while resuming
    } else if (frame.seq !== this.seq + 1) {
      this.session = null;
      this.reconnect(true);
      return;
    } else {
      this.seq = frame.seq;
    }
    if (frame.type === "unknown") return;
    if (frame.type === "signed_out") this.stop();
    this.options.onFrame(frame);
  }

  private up(): void {
    this.ready = true;
    this.attempt = 0;
    this.options.onConnection("online", null);
  }

  private drop(): void {
    const line = this.line;
    this.line = null;
    this.ready = false;
    if (!line) return;
    line.onopen = line.onmessage = line.onclose = null;
    line.close();
  }

  private reconnect(atOnce = false): void {
    this.drop();
    if (this.stopped) return;
    const seconds = atOnce && this.attempt === 0 ? 0 : delay(this.attempt, this.options.random());
    this.attempt += 1;
    this.options.onConnection("offline", this.options.now() + seconds * 1000);
    this.retryTimer = setTimeout(() => this.connect(), seconds * 1000);
  }
}
