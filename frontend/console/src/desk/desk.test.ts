import { expect, test } from "vitest";
import { contact, message } from "../testing";
import { matchAnswers, textFor } from "./answers";
import { describe as describeConversation } from "./conversations";
import { layoutFor } from "./layout";
import { fit, hide, show, type Panes } from "./panes";
import { steps } from "./timeline";
import { countUnread, hasFailedDelivery, unansweredSince } from "./unread";

const open = (...ids: string[]): Panes => ({ open: ids, focused: ids[0] ?? null });

test("a conversation opens in the focused pane, or beside it while there is room", () => {
  expect(show(open(), "a", false, 3)).toEqual({ open: ["a"], focused: "a" });
  expect(show(open("a", "b"), "c", false, 3)).toEqual({ open: ["c", "b"], focused: "c" });
  expect(show(open("a", "b"), "c", true, 3)).toEqual({ open: ["a", "c", "b"], focused: "c" });
  expect(show(open("a", "b"), "c", true, 2)).toEqual({ open: ["c", "b"], focused: "c" });
  expect(show(open("a", "b"), "b", true, 2)).toEqual({ open: ["a", "b"], focused: "b" });
});

test("closing a pane leaves the keyboard in its neighbour", () => {
  expect(hide({ open: ["a", "b", "c"], focused: "b" }, "b")).toEqual({ open: ["a", "c"], focused: "c" });
  expect(hide({ open: ["a", "b"], focused: "b" }, "b")).toEqual({ open: ["a"], focused: "a" });
  expect(hide(open("a"), "a")).toEqual({ open: [], focused: null });
  expect(hide(open("a"), "x")).toEqual(open("a"));
});

test("a narrower window keeps the focused conversation", () => {
  const state = { open: ["a", "b", "c"], focused: "c" };
  expect(fit(state, new Set(["a", "b", "c"]), 1)).toEqual({ open: ["c"], focused: "c" });
  expect(fit(state, new Set(["a", "b", "c"]), 2)).toEqual({ open: ["a", "c"], focused: "c" });
  expect(fit(state, new Set(["a"]), 3)).toEqual({ open: ["a"], focused: "a" });
  expect(fit(state, new Set(["a", "b", "c"]), 3)).toBe(state);
});

test("three fit on a desk's screen, one or two on a small one", () => {
  expect(layoutFor(1440, 3)).toEqual({ maxPanes: 3, panelBeside: false });
  expect(layoutFor(1440, 2)).toEqual({ maxPanes: 3, panelBeside: true });
  expect(layoutFor(1024, 1)).toEqual({ maxPanes: 2, panelBeside: true });
  expect(layoutFor(1024, 2)).toEqual({ maxPanes: 2, panelBeside: false });
  expect(layoutFor(767, 1)).toEqual({ maxPanes: 1, panelBeside: false });
});

const at = (minute: number) => `2026-11-21T12:0${minute}:00.000Z`;

test("unread is what the customer said since", () => {
  const thread = [
    message("1", { at: at(1) }),
    message("2", { direction: "out", at: at(2) }),
    message("3", { at: at(3) }),
  ];
  expect(countUnread(thread, undefined)).toBe(2);
  expect(countUnread(thread, at(2))).toBe(1);
  expect(countUnread(thread, at(3))).toBe(0);
});

test("a customer waits from their first unanswered message; the machine's answer is none", () => {
  const person = { kind: "agent", name: "L" } as const;
  const machine = { kind: "system", name: null } as const;
  const first = message("1", { at: at(1) });
  expect(unansweredSince([])).toBeNull();
  expect(unansweredSince([first, message("2", { at: at(2) })])).toBe(at(1));
  expect(unansweredSince([first, message("2", { direction: "out", author: machine })])).toBe(at(1));
  expect(unansweredSince([first, message("2", { direction: "out", author: person })])).toBeNull();
});

test("a failure that was followed by a success is over", () => {
  const failed = message("1", { direction: "out", delivery: "undelivered" });
  expect(hasFailedDelivery([failed])).toBe(true);
  expect(hasFailedDelivery([failed, message("2", { direction: "out", delivery: "sent" })])).toBe(false);
});

test("the list shows no system lines as what was last said", () => {
  const thread = {
    messages: [message("1"), message("2", { direction: "system" })],
    updates: {},
    pictures: {},
  };
  expect(describeConversation(contact("k1"), thread, undefined).lastMessage?.id).toBe("1");
});

test("stored answers are found without accents, in the customer's language and the channel's wording", () => {
  const choices = [
    { id: "1", title: "Cable caído", text: "No lo toque" },
    { id: "2", title: "Saludo", text: "Hola" },
  ];
  expect(matchAnswers(choices, "caido").map((one) => one.id)).toEqual(["1"]);
  expect(matchAnswers(choices, "toque cable").map((one) => one.id)).toEqual(["1"]);
  expect(matchAnswers(choices, "")).toHaveLength(2);
  const ranked = [
    { id: "text", title: "Saludo", text: "Hay un corte" },
    { id: "inside", title: "Recorte de pago", text: "x" },
    { id: "word", title: "Aviso de corte", text: "x" },
    { id: "start", title: "Corte programado", text: "x" },
  ];
  expect(matchAnswers(ranked, "corte").map((one) => one.id)).toEqual(["start", "word", "inside", "text"]);
  const answer = {
    id: "1",
    title: "t",
    texts: { es: "largo", pt: "longo" },
    by_channel: { sms: { es: "corto" } },
  };
  expect(textFor(answer, "chat", "pt", "es")).toBe("longo");
  expect(textFor(answer, "sms", "es", "pt")).toBe("corto");
  expect(textFor(answer, "chat", "en", "es")).toBe("largo");
  expect(textFor({ id: "2", title: "t", texts: {} }, "chat", null, "es")).toBe("");
});

test("talk in a row is one step", () => {
  const event = (type: string, id: string | null = null) => ({
    at: at(1),
    type,
    agent: id === null ? null : { id, name: id },
    detail: {},
  });
  const result = steps([
    event("arrived"),
    event("message_received"),
    event("message_received"),
    event("replied", "a"),
    event("replied", "b"),
    event("offered"),
    event("offered"),
  ]);
  expect(result.map(({ event: { type }, count }) => `${type} ${count}`)).toEqual([
    "arrived 1",
    "message_received 2",
    "replied 1",
    "replied 1",
    "offered 1",
    "offered 1",
  ]);
});
