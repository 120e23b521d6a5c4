import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeLine } from "../testing";
import type { ServerFrame } from "./protocol";
import { ConsoleSocket, DEAD_AFTER, PING_EVERY } from "./socket";

const SNAPSHOT = {
  type: "snapshot",
  server_time: "2026-11-21T12:00:00Z",
  agent: null,
  offers: [],
  contacts: [],
};

let lines: FakeLine[];
let frames: ServerFrame[];
let states: string[];
let socket: ConsoleSocket;

function current(): FakeLine {
  const line = lines.at(-1);
  if (!line) throw new Error("no line was opened");
  return line;
}

function join(session = "s", seq = 1): FakeLine {
  const line = current();
  line.open();
  line.say({ ...SNAPSHOT, session, seq });
  return line;
}

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  frames = [];
  states = [];
  socket = new ConsoleSocket({
    open: () => {
      const line = new FakeLine();
      lines.push(line);
      return line;
    },
    onFrame: (frame) => frames.push(frame),
    onConnection: (state) => states.push(state),
    random: () => 0.5,
  });
  socket.start();
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

test("says hello first, and is online with the snapshot", () => {
  const line = join();
  expect(line.heard[0]).toEqual({ type: "hello" });
  expect(states).toEqual(["connecting", "online"]);
});

test("resumes after a lost connection from the last number it had", () => {
  const line = join("s", 1);
  line.say({ type: "contact_removed", seq: 2, contact_id: "k", reason: "closed" });
  line.drop();
  expect(states.at(-1)).toBe("offline");
  vi.advanceTimersByTime(1_000);
  expect(lines).toHaveLength(2);
  current().open();
  expect(current().heard[0]).toEqual({ type: "hello", resume: { session: "s", seq: 2 } });
  current().say({ type: "resumed", seq: 2, session: "s" });
  current().say({ type: "contact_removed", seq: 3, contact_id: "k2", reason: "closed" });
  expect(states.at(-1)).toBe("online");
  expect(frames.map((frame) => frame.seq)).toEqual([1, 2, 2, 3]);
});

test("in another language it begins again with a snapshot, at once", () => {
  const line = join("s", 1);
  socket.renew();
  expect(line.closed).toBe(true);
  expect(lines).toHaveLength(2);
  const next = join("s2", 1);
  expect(next.heard[0]).toEqual({ type: "hello" });
  expect(states.at(-1)).toBe("online");
});

test("what is said again is heard once", () => {
  const line = join("s", 5);
  const frame = { type: "contact_removed", seq: 6, contact_id: "k", reason: "closed" };
  line.say(frame);
  line.say(frame);
  line.say({ ...frame, seq: 4 });
  expect(frames).toHaveLength(2);
});

test("a gap closes the line and asks for a new snapshot", () => {
  const line = join("s", 1);
  line.say({ type: "contact_removed", seq: 3, contact_id: "k", reason: "closed" });
  expect(line.closed).toBe(true);
  expect(frames).toHaveLength(1);
  vi.advanceTimersByTime(0);
  current().open();
  expect(current().heard[0]).toEqual({ type: "hello" });
});

test("gaps again and again do not become a storm of connections", () => {
  for (let round = 0; round < 20; round += 1) {
    current().open();
    current().say({ type: "contact_removed", seq: 9, contact_id: "k", reason: "closed" });
    vi.advanceTimersByTime(100);
  }
  expect(lines.length).toBeLessThan(5);
});

test("unknown types count, and say nothing", () => {
  const line = join("s", 1);
  line.say({ type: "from_the_future", seq: 2 });
  line.say({ type: "contact_removed", seq: 3, contact_id: "k", reason: "closed" });
  expect(line.closed).toBe(false);
  expect(frames.map((frame) => frame.type)).toEqual(["snapshot", "contact_removed"]);
});

test("noise is not a frame", () => {
  const line = join();
  line.onmessage?.({ data: "not json" });
  line.onmessage?.({ data: "[1]" });
  line.onmessage?.({ data: "null" });
  line.onmessage?.({ data: new ArrayBuffer(2) });
  expect(line.closed).toBe(false);
  expect(frames).toHaveLength(1);
});

test("pings, and gives up a silent line", () => {
  const line = join();
  vi.advanceTimersByTime(PING_EVERY);
  socket.tick();
  expect(line.heard.at(-1)).toEqual({ type: "ping" });
  vi.advanceTimersByTime(DEAD_AFTER);
  socket.tick();
  expect(line.closed).toBe(true);
  expect(states.at(-1)).toBe("offline");
});

test("waits longer each time, with a cap", () => {
  const waits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const before = Date.now();
    const count = lines.length;
    current().drop();
    while (lines.length === count) vi.advanceTimersByTime(50);
    waits.push(Date.now() - before);
  }
  expect(waits[0]).toBeLessThan(1_000);
  expect(waits[3]).toBeGreaterThan(waits[1] ?? 0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
});

test("after a sign-out it stays away", () => {
  const line = join("s", 1);
  line.say({ type: "signed_out", seq: 2, reason: "signed_out" });
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(1);
  expect(frames.at(-1)?.type).toBe("signed_out");
});

test("nothing goes out before the server has said who we are", () => {
  expect(socket.send({ type: "ping" })).toBe(false);
  current().open();
  expect(socket.send({ type: "ping" })).toBe(false);
  join();
  expect(socket.send({ type: "ping" })).toBe(true);
});
