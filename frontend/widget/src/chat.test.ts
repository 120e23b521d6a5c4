import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeLine } from "../../console/src/testing";
import { Chat } from "./chat";
import type { ChatMessage } from "./protocol";
import { pageMemory, type Memory } from "./storage";
import { languageFor, waitText, wordsFor } from "./texts";

let lines: FakeLine[];
let memory: Memory;
let ids: number;
let news: ChatMessage[];

function make(): Chat {
  return new Chat({
    page: "web",
    language: "es",
    memory,
    open: () => {
      const line = new FakeLine();
      lines.push(line);
      return line;
    },
    onChange: () => undefined,
    onNews: (message) => news.push(message),
    random: () => 0.5,
    newId: () => `id${(ids += 1)}`,
  });
}

function line(): FakeLine {
  const last = lines.at(-1);
  if (!last) throw new Error("no line was opened");
  return last;
}

function welcome(change: Record<string, unknown> = {}): void {
  line().open();
  line().say({
    type: "welcome",
    token: "t1",
    state: "new",
    agent: null,
    messages: [],
    texts: {},
    limits: { max_length: 100, max_media_bytes: 1000 },
    ...change,
  });
}

function said(id: string, change: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id,
    direction: "out",
    name: "Lucía",
    text: id,
    at: "2026-11-21T12:00:00Z",
    media: [],
    client_id: null,
    ...change,
  };
}

const sent = () => line().heard.filter((frame) => frame.type === "message");

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00Z") });
  localStorage.clear();
  lines = [];
  ids = 0;
  news = [];
  memory = pageMemory("web", localStorage);
});

afterEach(() => vi.useRealTimers());

test("the first hello asks for a new chat, and its token is kept", () => {
  const chat = make();
  expect(chat.resumable).toBe(false);
  chat.start();
  welcome();
  expect(line().heard[0]).toEqual({ type: "hello", page: "web", language: "es" });
  expect(make().resumable).toBe(true);
  expect(chat.maxLength).toBe(100);
});

test("a reload resumes, and says what is already there", () => {
  const chat = make();
  chat.start();
  welcome();
  line().say({ type: "message", message: said("m1") });
  line().drop();
  vi.advanceTimersByTime(2_000);
  line().open();
  expect(line().heard[0]).toEqual({ type: "hello", page: "web", language: "es", token: "t1", after: "m1" });
});

test("what is written before there is a line is sent when there is one", () => {
  const chat = make();
  chat.write("  hola ");
  chat.start();
  welcome();
  expect(sent()).toEqual([{ type: "message", client_id: "id1", text: "hola" }]);
  line().say({ type: "accepted", client_id: "id1", message_id: "m1", at: "2026-11-21T12:00:01Z" });
  expect(chat.outbox.items).toEqual([]);
  expect(chat.messages.map((one) => [one.id, one.text])).toEqual([["m1", "hola"]]);
  expect(chat.state).toBe("waiting");
});

test("an unanswered message is sent again with the same id: in time, on a new line, after a reload", () => {
  const chat = make();
  chat.start();
  welcome();
  chat.write("hola");
  chat.tick();
  expect(sent()).toHaveLength(1);
  vi.advanceTimersByTime(9_000);
  chat.tick();
  expect(sent().map((frame) => frame.client_id)).toEqual(["id1", "id1"]);
  line().drop();
  vi.advanceTimersByTime(5_000);
  welcome();
  expect(sent().map((frame) => frame.client_id)).toEqual(["id1"]);
  const reloaded = make();
  reloaded.start();
  welcome();
  expect(sent().map((frame) => frame.client_id)).toEqual(["id1"]);
});

test("a message that the server shows is not unsent", () => {
  const chat = make();
  chat.start();
  welcome();
  chat.write("hola");
  line().drop();
  vi.advanceTimersByTime(5_000);
  welcome({ state: "waiting", messages: [said("m1", { direction: "in", name: null, client_id: "id1" })] });
  expect(chat.outbox.items).toEqual([]);
  expect(chat.messages).toHaveLength(1);
});

test("an answer that comes twice is one message", () => {
  const chat = make();
  chat.start();
  welcome();
  chat.write("hola");
  line().say({ type: "message", message: said("m1", { direction: "in", client_id: "id1" }) });
  line().say({ type: "accepted", client_id: "id1", message_id: "m1", at: "2026-11-21T12:00:01Z" });
  line().say({ type: "accepted", client_id: "id1", message_id: "m1", at: "2026-11-21T12:00:01Z" });
  expect(chat.messages).toHaveLength(1);
});

test("a refusal for good is told; one for now is tried again", () => {
  const chat = make();
  chat.start();
  welcome();
  chat.write("largo");
  chat.write("otro");
  line().say({ type: "error", code: "too_long", message: "", retry: false, client_id: "id1" });
  line().say({ type: "error", code: "unavailable", message: "", retry: true, client_id: "id2" });
  expect(chat.outbox.items.map((item) => item.state)).toEqual(["refused", "waiting"]);
  vi.advanceTimersByTime(9_000);
  chat.tick();
  expect(sent().map((frame) => frame.client_id)).toEqual(["id1", "id2", "id2"]);
  chat.again("id1");
  expect(sent().at(-1)?.client_id).toBe("id1");
});

test("agents' messages are acknowledged and told once, in order of time", () => {
  const chat = make();
  chat.start();
  welcome({ state: "connected", agent: { name: "Lucía" } });
  line().say({ type: "message", message: said("m2", { at: "2026-11-21T12:00:02Z" }) });
  line().say({ type: "message", message: said("m1", { at: "2026-11-21T12:00:01Z" }) });
  line().say({ type: "message", message: said("m2", { at: "2026-11-21T12:00:02Z" }) });
  expect(chat.messages.map((one) => one.id)).toEqual(["m1", "m2"]);
  expect(news.map((one) => one.id)).toEqual(["m2", "m1"]);
  expect(line().heard.filter((frame) => frame.type === "ack")).toHaveLength(2);
  expect(chat.agent).toBe("Lucía");
});

test("another token is another chat: what was said before is not shown in it", () => {
  const chat = make();
  chat.start();
  welcome({ state: "connected", messages: [said("m1")] });
  line().drop();
  vi.advanceTimersByTime(5_000);
  welcome({ token: "t2" });
  expect(chat.messages).toEqual([]);
  expect(chat.token).toBe("t2");
});

test("an ended chat can be followed by a new one", () => {
  const chat = make();
  chat.start();
  welcome({ state: "connected", messages: [said("m1")] });
  chat.end();
  expect(line().heard.at(-1)).toEqual({ type: "end" });
  line().say({ type: "status", state: "ended", agent: null });
  expect(chat.state).toBe("ended");
  chat.renew();
  vi.advanceTimersByTime(0);
  line().open();
  expect(line().heard[0]).toEqual({ type: "hello", page: "web", language: "es" });
  expect(chat.messages).toEqual([]);
});

test("a silent line is given up", () => {
  const chat = make();
  chat.start();
  welcome();
  const first = line();
  vi.advanceTimersByTime(21_000);
  chat.tick();
  expect(first.heard.at(-1)).toEqual({ type: "ping" });
  vi.advanceTimersByTime(30_000);
  chat.tick();
  expect(first.closed).toBe(true);
  expect(chat.online).toBe(false);
});

test("noise is ignored", () => {
  const chat = make();
  chat.start();
  welcome();
  line().onmessage?.({ data: "not json" });
  line().say({ type: "from_the_future" });
  line().onmessage?.({ data: "null" });
  expect(chat.online).toBe(true);
});

test("a page that may not chat says so", () => {
  const chat = make();
  chat.start();
  line().open();
  line().say({ type: "error", code: "unknown_page", message: "", retry: false });
  expect(chat.fault).toBe("unknown_page");
});

test("storage that holds rubbish, or none, only forgets", () => {
  localStorage.setItem("contactcenter.chat.web.outbox", "{");
  expect(make().outbox.items).toEqual([]);
  const none = pageMemory("web", null);
  none.write("token", "x");
  expect(none.read("token", "fallback")).toBe("fallback");
});

test("the language is the page's wish, then the browser's, then Spanish", () => {
  expect(languageFor("pt-BR", "en")).toBe("pt");
  expect(languageFor(undefined, "", "EN-us")).toBe("en");
  expect(languageFor("fr", null)).toBe("es");
  expect(Object.keys(wordsFor("pt"))).toEqual(Object.keys(wordsFor("es")));
  expect(wordsFor("xx")).toBe(wordsFor("es"));
});

test("a waiting customer is told how long it takes, in whole minutes", () => {
  const chat = make();
  chat.start();
  welcome({ state: "waiting" });
  expect(chat.wait).toBeNull();
  line().say({ type: "status", state: "waiting", agent: null, wait: { p50: 100, p80: 190 } });
  expect(chat.wait && waitText(wordsFor("en"), chat.wait)).toBe("Estimated wait: 1 to 4 min");
  line().say({ type: "status", state: "waiting", agent: null });
  expect(chat.wait).toBeNull();
  expect(waitText(wordsFor("es"), { p50: 5, p80: 40 })).toBe("Espera estimada: menos de un minuto");
  expect(waitText(wordsFor("pt"), { p50: 50, p80: 110 })).toBe("Espera estimada: até 2 min");
});
