import { beforeEach, expect, test } from "vitest";
import type { SoftphoneToken } from "../api/calls";
import { ApiError } from "../api/client";
import { createStore, type Store } from "../lib/store";
import {
  EARLY,
  LAST_MOMENT,
  PATIENCE,
  Telephone,
  troubleOf,
  type LineCall,
  type Softphone,
} from "./telephone";

const HOUR = 3_600_000;
const MINUTE = 60_000;

class Speaker {
  #listeners: [string, (detail?: unknown) => void][] = [];

  on(event: string, listener: (detail?: unknown) => void): void {
    this.#listeners.push([event, listener]);
  }

  tell(event: string, detail?: unknown): void {
    for (const [name, listener] of [...this.#listeners]) if (name === event) listener(detail);
  }
}

/** The network's end of a line: registers when the test says so. */
class Line extends Speaker {
  state = "unregistered";
  readonly tokens: string[];

  constructor(token: string) {
    super();
    this.tokens = [token];
  }

  register(): Promise<void> {
    return Promise.resolve();
  }

  updateToken(token: string): void {
    this.tokens.push(token);
  }

  destroy(): void {
    this.state = "destroyed";
  }

  registered(): void {
    this.state = "registered";
    this.tell("registered");
  }

  lost(): void {
    this.state = "unregistered";
    this.tell("unregistered");
  }

  rings(): Call {
    const call = new Call();
    this.tell("incoming", call);
    return call;
  }
}

class Call extends Speaker implements LineCall {
  readonly asked: string[] = [];

  accept(): void {
    this.asked.push("accept");
    this.tell("accept");
  }

  reject(): void {
    this.asked.push("reject");
  }

  disconnect(): void {
    this.asked.push("disconnect");
  }
}

let now: number;
let fetched: number;
let answers: Error[];
let lines: Line[];
let store: Store<Softphone>;
let phone: Telephone;

const settled = () => new Promise((resolve) => setTimeout(resolve));
const line = (): Line => {
  const last = lines.at(-1);
  if (!last) throw new Error("no line was opened");
  return last;
};

function fetchToken(): Promise<SoftphoneToken> {
  const refusal = answers.shift();
  if (refusal) return Promise.reject(refusal);
  const token = `token ${++fetched}`;
  return Promise.resolve({ identity: "lucia", token, expires_at: new Date(now + HOUR).toISOString() });
}

/** So much later, with all that came due meanwhile. */
async function pass(milliseconds: number, step = 1_000): Promise<void> {
  for (const end = now + milliseconds; now < end;) {
    now = Math.min(end, now + step);
    phone.check();
    await settled();
  }
}

async function start(): Promise<void> {
  store = createStore<Softphone>({} as Softphone);
  const open = (token: string) => {
    lines.push(new Line(token));
    return Promise.resolve(line());
  };
  phone = new Telephone(store, { fetchToken, open, now: () => now });
  await settled();
}

async function ready(): Promise<void> {
  await start();
  line().registered();
}

beforeEach(() => {
  now = Date.parse("2026-11-22T08:00:00Z");
  fetched = 0;
  answers = [];
  lines = [];
});

test("a token is renewed before its end, shift-long, without the library saying a word", async () => {
  await ready();
  expect(store.get().state).toBe("ready");
  await pass(HOUR - EARLY - 1_000, MINUTE);
  expect(line().tokens).toEqual(["token 1"]);
  await pass(8 * HOUR, MINUTE);
  expect(lines).toHaveLength(1);
  expect(line().tokens.length).toBeGreaterThan(8);
  expect(line().tokens.length).toBeLessThan(11);
});

test("a computer that slept through the end of its token renews it as it wakes", async () => {
  await ready();
  now += 3 * HOUR;
  phone.woke();
  await settled();
  expect(line().tokens).toEqual(["token 1", "token 2"]);
});

test("a call is not disturbed for a token, unless its end has come", async () => {
  await ready();
  phone.expectCall();
  const call = line().rings();
  expect(store.get().talking).toBe(true);
  await pass(HOUR - LAST_MOMENT - 1_000, MINUTE);
  expect(line().tokens).toHaveLength(1);
  await pass(3_000);
  expect(line().tokens).toHaveLength(2);
  expect(call.asked).toEqual(["accept"]);
});

test("what was due during a call is done when it is over", async () => {
  await ready();
  const call = line().rings();
  expect(store.get().ringing).toBe(true);
  phone.answer();
  await pass(HOUR - EARLY + MINUTE, MINUTE);
  expect(line().tokens).toHaveLength(1);
  call.tell("disconnect");
  await settled();
  expect(line().tokens).toHaveLength(2);
});

test("a refused token is replaced once in silence; refused again, it is said", async () => {
  await ready();
  line().tell("error", { code: 20104 });
  await settled();
  expect(lines.map(({ state }) => state)).toEqual(["destroyed", "unregistered"]);
  expect(store.get()).toMatchObject({ state: "starting", trouble: null });
  line().tell("error", { code: 20101 });
  await settled();
  expect(lines).toHaveLength(2);
  expect(store.get().trouble).toEqual({ what: "phoneToken", code: "20101" });
  await pass(2 * MINUTE);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.length).toBeLessThan(6);
  line().registered();
  expect(store.get()).toMatchObject({ state: "ready", trouble: null });
});

test("a token that is refused during a call is replaced within it, and the line begun anew after it", async () => {
  await ready();
  const call = line().rings();
  phone.answer();
  await pass(MINUTE);
  line().tell("error", { code: 31205 });
  await settled();
  expect([lines.length, line().tokens.length]).toEqual([1, 2]);
  await pass(MINUTE);
  expect([lines.length, line().tokens.length]).toEqual([1, 2]);
  call.tell("disconnect");
  await settled();
  expect(lines).toHaveLength(2);
  expect(line().tokens).toEqual(["token 3"]);
});

test("a line that does not come back by itself is begun anew", async () => {
  await ready();
  line().lost();
  await pass(PATIENCE);
  expect(lines).toHaveLength(1);
  await pass(2_000);
  expect(lines).toHaveLength(2);
  expect(store.get().trouble?.what).toBe("phoneOffline");
  lines[0]?.registered();
  expect(store.get().state).toBe("starting");
  line().registered();
  expect(store.get()).toMatchObject({ state: "ready", trouble: null });
});

test("a center that is away is asked again, ever less often", async () => {
  const away = () => new ApiError(0, { code: "unreachable", message: "" });
  answers = Array.from({ length: 100 }, away);
  await start();
  await pass(10 * MINUTE);
  expect(100 - answers.length).toBeGreaterThan(8);
  expect(100 - answers.length).toBeLessThan(20);
  answers = [];
  phone.woke();
  await settled();
  line().registered();
  expect(store.get().state).toBe("ready");
  answers = [away(), away()];
  await pass(HOUR, MINUTE);
  expect(line().tokens).toHaveLength(2);
});

test("who has a telephone of their own keeps none here, also from now on", async () => {
  const detail = { telephone: "+59829001234" };
  const own = () => new ApiError(404, { code: "own_telephone", message: "", detail });
  answers = [own()];
  await start();
  expect(store.get()).toMatchObject({ state: "elsewhere", telephone: "+59829001234" });
  await pass(5 * MINUTE);
  expect(lines).toHaveLength(0);
  phone.stop();
  await ready();
  answers = [own()];
  await pass(HOUR, MINUTE);
  expect([line().state, store.get().state]).toEqual(["destroyed", "elsewhere"]);
});

test("a device that was destroyed with its page is replaced when the page is back", async () => {
  await ready();
  line().destroy();
  phone.woke();
  await settled();
  expect(lines).toHaveLength(2);
  expect(store.get().trouble).toBeNull();
});

test("once more leaves a call alone", async () => {
  await ready();
  line().rings();
  phone.answer();
  line().tell("error", { code: 31402 });
  expect(store.get().trouble?.what).toBe("noMic");
  phone.retry();
  await settled();
  expect(lines).toHaveLength(1);
  expect(store.get()).toMatchObject({ talking: true, trouble: null });
});

test("whoever signs out while the line is opened leaves none behind", async () => {
  await start();
  const opening = new Telephone(store, {
    fetchToken,
    open: async (token) => {
      opening.stop();
      lines.push(new Line(token));
      return Promise.resolve(line());
    },
    now: () => now,
  });
  await settled();
  expect(line().state).toBe("destroyed");
  expect(store.get().state).toBe("unknown");
});

test("what the telephone's library reports is said in words", () => {
  expect(troubleOf(31401)).toBe("micDenied");
  expect(troubleOf(31402)).toBe("noMic");
  expect(troubleOf(53000)).toBe("phoneOffline");
  expect(troubleOf(20104)).toBe("phoneToken");
  expect(troubleOf(undefined)).toBe("phoneFailed");
});
