/**
 * A line to the telephone network that lasts a shift. A call for a contact that was just accepted is taken up at once,
 * anything else rings.
 *
 * The token is renewed by our own clock: the library tells only once that it will expire, and not at all to a computer
 * that slept. A refused or lost line is begun anew with another token, for the library gives up registering then.
 */
import type { SoftphoneToken } from "../api/calls";
import { ApiError } from "../api/client";
import type { Store } from "../lib/store";

/** Texts of `calls` that say what is wrong. */
export type PhoneTrouble = "micDenied" | "noMic" | "phoneOffline" | "phoneToken" | "phoneFailed";

export interface Softphone {
  /** `elsewhere`: calls ring at `telephone` or the demo's `deskPhone`; `none`: nothing is set up. */
  state: "unknown" | "starting" | "ready" | "elsewhere" | "none";
  telephone: string | null;
  deskPhone: string | null;
  ringing: boolean;
  talking: boolean;
  trouble: { what: PhoneTrouble; code: string } | null;
}

export const NOTHING: Softphone = {
  state: "unknown",
  telephone: null,
  deskPhone: null,
  ringing: false,
  talking: false,
  trouble: null,
};

/** What is used of the library's call. */
export interface LineCall {
  accept(): void;
  reject(): void;
  disconnect(): void;
  on(event: string, listener: (detail?: unknown) => void): unknown;
}

/** What is used of the library's device. */
export interface Line {
  readonly state: string;
  register(): Promise<void>;
  updateToken(token: string): void;
  destroy(): void;
  on(event: string, listener: (detail?: unknown) => void): unknown;
}

export interface Surroundings {
  fetchToken: () => Promise<SoftphoneToken>;
  open: (token: string) => Promise<Line>;
  /** The center's clock, in milliseconds: a token's end is told in it. */
  now: () => number;
}

const SECOND = 1_000;
/** The next call within so long is one this person asked for. */
const EXPECTED = 45 * SECOND;
/** A token is renewed so long before its end, between calls. */
export const EARLY = 300 * SECOND;
/** During a call so long before: it costs a second of sound, the end of the token could cost the call. */
export const LAST_MOMENT = 30 * SECOND;
/** A line that is not registered for so long does not come back by itself. */
export const PATIENCE = 30 * SECOND;
const SHORTEST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = 60 * SECOND;
const NOT_FOUND = 404;

/** What a failure of the library means to a person. */
export function troubleOf(code: number | undefined): PhoneTrouble {
  switch (code) {
    case 31401:
    case 31208:
      return "micDenied";
    case 31402:
    case 31201:
      return "noMic";
    case 31005:
    case 31009:
    case 53000:
      return "phoneOffline";
    case 20101:
    case 20104:
    case 31204:
    case 31205:
      return "phoneToken";
    default:
      return "phoneFailed";
  }
}

/** One person's telephone from sign-in to sign-out. */
export class Telephone {
  readonly #store: Store<Softphone>;
  readonly #around: Surroundings;
  #line: Line | null = null;
  #call: LineCall | null = null;
  #expectedUntil = 0;
  #tokenUntil = 0;
  /** Since when the line is not registered; null while it is. */
  #awaySince: number | null = null;
  /** The network refused the token since it was last registered. */
  #refused = false;
  #asking = false;
  #failures = 0;
  #notBefore = 0;
  #over = false;

  constructor(store: Store<Softphone>, around: Surroundings) {
    this.#store = store;
    this.#around = around;
    this.#change({ ...NOTHING, state: "starting" });
    void this.#begin();
  }

  expectCall(): void {
    this.#expectedUntil = this.#around.now() + EXPECTED;
  }

  answer(): void {
    this.#call?.accept();
  }

  hangUp(): void {
    if (this.#store.get().ringing) this.#call?.reject();
    else this.#call?.disconnect();
  }

  /** Do what is due: called every second. */
  check(): void {
    const now = this.#around.now();
    if (this.#over || this.#asking || now < this.#notBefore) return;
    const left = this.#tokenUntil - now;
    if (this.#line === null) {
      if (this.#store.get().state === "starting") void this.#begin();
    } else if (this.#call !== null) {
      if (left < LAST_MOMENT) void this.#renew(this.#line);
    } else if (this.#awaySince !== null) {
      if (left < EARLY || now - this.#awaySince > PATIENCE) void this.#begin();
    } else if (left < EARLY) void this.#renew(this.#line);
  }

  /** The page woke, or the network is back: no pause counts any more. */
  woke(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    // The library destroys its device with a page that is put away; the browser may bring the page out again.
    if (this.#line?.state === "destroyed") {
      this.#letGo();
      this.#change({ state: "starting" });
    }
    this.check();
  }

  /** Once more, because the person asks for it; a call that is up stays. */
  retry(): void {
    this.#change({ trouble: null });
    this.#failures = 0;
    this.#refused = false;
    if (this.#call === null && !this.#asking) void this.#begin();
  }

  /** Let the telephone go: the person signed out. */
  stop(): void {
    this.#over = true;
    this.#letGo();
    this.#store.set(NOTHING);
  }

  #change(part: Partial<Softphone>): void {
    this.#store.set((before) => ({ ...before, ...part }));
  }

  #letGo(): void {
    const line = this.#line;
    this.#line = null;
    this.#call = null;
    this.#awaySince = null;
    line?.destroy();
  }

  /** A line with a token of its own, instead of the one before. */
  async #begin(): Promise<void> {
    if (this.#line !== null && this.#awaySince !== null && !this.#refused)
      this.#change({ trouble: this.#store.get().trouble ?? { what: "phoneOffline", code: "?" } });
    this.#letGo();
    this.#change({ state: "starting", ringing: false, talking: false });
    const line = await this.#ask(({ token }) => this.#around.open(token));
    if (line === null) return;
    if (this.#over) {
      line.destroy();
      return;
    }
    this.#line = line;
    this.#lineIsAway();
    this.#follow(line);
    // Why it fails is told by an `error`, and one that never comes about is begun anew.
    line.register().catch(() => undefined);
  }

  async #renew(line: Line): Promise<void> {
    await this.#ask(({ token }) => {
      this.#failures = 0;
      if (this.#line === line) line.updateToken(token);
    });
  }

  /** What `spend` makes of another token; null if there is none now. */
  async #ask<T>(spend: (given: SoftphoneToken) => T | Promise<T>): Promise<T | null> {
    this.#asking = true;
    try {
      const given = await this.#around.fetchToken();
      if (this.#over) return null;
      const made = await spend(given);
      this.#tokenUntil = Date.parse(given.expires_at);
      return made;
    } catch (error) {
      if (!this.#over) this.#notGiven(error);
      return null;
    } finally {
      this.#asking = false;
      const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#failures++);
      this.#notBefore = this.#around.now() + pause;
    }
  }

  #notGiven(error: unknown): void {
    if (!(error instanceof ApiError)) {
      this.#failed(error);
      return;
    }
    // Anything but 404 is the center being away, or signed out: asked again later, the page says so elsewhere.
    if (error.status !== NOT_FOUND || this.#call !== null) return;
    this.#letGo();
    const telephone = typeof error.detail.telephone === "string" ? error.detail.telephone : null;
    const deskPhone = typeof error.detail.desk_phone === "string" ? error.detail.desk_phone : null;
    const state = telephone !== null || deskPhone !== null ? "elsewhere" : "none";
    this.#change({ state, telephone, deskPhone, trouble: null });
  }

  #follow(line: Line): void {
    const on = (event: string, act: (detail?: unknown) => void) => {
      line.on(event, (detail) => {
        if (this.#line === line) act(detail);
      });
    };
    on("registered", () => {
      this.#awaySince = null;
      this.#refused = false;
      this.#failures = 0;
      this.#change({ state: "ready", trouble: null });
    });
    on("unregistered", () => {
      this.#lineIsAway();
      this.#change({ state: "starting" });
    });
    on("error", (error) => this.#failed(error));
    on("incoming", (call) => this.#takeUp(call as LineCall));
  }

  #lineIsAway(): void {
    this.#awaySince ??= this.#around.now();
  }

  #takeUp(call: LineCall): void {
    this.#call = call;
    const on = (event: string, act: (detail?: unknown) => void) => {
      call.on(event, (detail) => {
        if (this.#call === call) act(detail);
      });
    };
    on("accept", () => this.#change({ ringing: false, talking: true, trouble: null }));
    const over = () => {
      this.#call = null;
      this.#change({ ringing: false, talking: false });
      this.check();
    };
    for (const event of ["disconnect", "cancel", "reject"]) on(event, over);
    on("error", (error) => this.#failed(error));
    if (this.#around.now() < this.#expectedUntil) call.accept();
    else this.#change({ ringing: true });
  }

  #failed(error: unknown): void {
    const code =
      typeof error === "object" && error !== null && "code" in error ? Number(error.code) : undefined;
    const what = troubleOf(code);
    if (what === "phoneToken" && !this.#refused) {
      // Another token, at once and without a word. The library does not register again by itself after this.
      this.#refused = true;
      this.#tokenUntil = 0;
      this.#lineIsAway();
      if (!this.#asking) this.#notBefore = 0;
      this.check();
    } else this.#change({ trouble: { what, code: String(code ?? "?") } });
  }
}
