import { expect, test } from "vitest";
import { agent, contact, message, offer } from "../testing";
import type { ServerEvent } from "./protocol";
import { addMessages, apply, INITIAL, type LiveState } from "./state";

const NOW = Date.parse("2026-11-21T12:00:10.000Z");

function play(state: LiveState, ...events: ServerEvent[]): LiveState {
  return events.reduce((before, event) => apply(before, event, NOW), state);
}

function snapshot(change: Partial<Extract<ServerEvent, { type: "snapshot" }>> = {}): ServerEvent {
  return {
    type: "snapshot",
    session: "s",
    server_time: "2026-11-21T12:00:13.000Z",
    agent: agent(),
    offers: [],
    contacts: [],
    ...change,
  };
}

test("a snapshot replaces what is held, and sets the clock", () => {
  const before = play(INITIAL, snapshot({ contacts: [contact("old")] }));
  const after = play(before, snapshot({ contacts: [contact("k1")], offers: [offer("o", "k2")] }));
  expect(Object.keys(after.contacts)).toEqual(["k1"]);
  expect(after.offers).toHaveLength(1);
  expect(after.clockOffset).toBe(3_000);
  expect(after.generation).toBe(2);
});

test("the reason of an offer is kept when the offer is over", () => {
  const after = play(
    INITIAL,
    snapshot(),
    { type: "offer", offer: offer("o", "k1") },
    { type: "offer_ended", offer_id: "o", contact_id: "k1", outcome: "accepted" },
    { type: "contact", contact: contact("k1") },
  );
  expect(after.offers).toEqual([]);
  expect(after.why.k1?.reason).toBe("contact_arrived");
  expect(after.missed).toBeNull();
});

test("an offer that nobody answered is told", () => {
  const after = play(
    INITIAL,
    snapshot(),
    { type: "offer", offer: offer("o", "k1") },
    { type: "offer_ended", offer_id: "o", contact_id: "k1", outcome: "rona" },
  );
  expect(after.missed).toEqual({ offerId: "o", contactId: "k1", outcome: "rona", consult: false });
});

test("the offer that ends first rings first", () => {
  const after = play(
    INITIAL,
    snapshot(),
    { type: "offer", offer: offer("late", "k1", "2026-11-21T12:00:40.000Z") },
    { type: "offer", offer: offer("soon", "k2", "2026-11-21T12:00:15.000Z") },
  );
  expect(after.offers.map((one) => one.id)).toEqual(["soon", "late"]);
});

test("an older version of a contact does not replace a newer one", () => {
  const after = play(
    INITIAL,
    snapshot(),
    { type: "contact", contact: contact("k1", { version: 5, state: "wrap_up" }) },
    { type: "contact", contact: contact("k1", { version: 4 }) },
  );
  expect(after.contacts.k1?.state).toBe("wrap_up");
});

test("a contact that left is gone, whatever is said of another", () => {
  const after = play(
    INITIAL,
    snapshot({ contacts: [contact("k1"), contact("k2")] }),
    { type: "contact_removed", contact_id: "k1", reason: "transferred" },
    { type: "contact_removed", contact_id: "never", reason: "closed" },
  );
  expect(Object.keys(after.contacts)).toEqual(["k2"]);
});

test("a message updates the list's preview, a note does not", () => {
  const after = play(
    INITIAL,
    snapshot({ contacts: [contact("k1")] }),
    { type: "message", contact_id: "k1", message: message("m1", { text: "hola" }) },
    { type: "message", contact_id: "k1", message: message("m2", { direction: "note", text: "secret" }) },
  );
  expect(after.contacts.k1?.preview).toBe("hola");
  expect(after.threads.k1?.messages).toHaveLength(2);
});

test("a customer who wrote is not typing any more", () => {
  const typing = play(INITIAL, snapshot({ contacts: [contact("k1")] }), { type: "typing", contact_id: "k1" });
  expect(typing.typing.k1).toBe(NOW);
  const after = play(typing, { type: "message", contact_id: "k1", message: message("m1") });
  expect(after.typing.k1).toBeUndefined();
});

test("REST and the socket make one thread, each message once, in order", () => {
  const pushed = play(INITIAL, snapshot(), {
    type: "message",
    contact_id: "k1",
    message: message("m3", { at: "2026-11-21T12:03:00.000Z" }),
  });
  const after = addMessages(pushed, "k1", [
    message("m1", { at: "2026-11-21T12:01:00.000Z" }),
    message("m2", { at: "2026-11-21T12:02:00.000Z" }),
    message("m3", { at: "2026-11-21T12:03:00.000Z" }),
  ]);
  expect(after.threads.k1?.messages.map((one) => one.id)).toEqual(["m1", "m2", "m3"]);
});

test("alarms are kept, the newest first, and not for ever", () => {
  let state = play(INITIAL, snapshot());
  for (let count = 0; count < 60; count += 1)
    state = play(state, { type: "alarm", code: `a${count}`, message: "" });
  expect(state.alarms).toHaveLength(50);
  expect(state.alarms[0]?.code).toBe("a59");
  expect(new Set(state.alarms.map((alarm) => alarm.key)).size).toBe(50);
});

test("a call that changed is counted until its contact is gone", () => {
  const talking = play(INITIAL, snapshot({ contacts: [contact("k1")] }));
  const changed = play(talking, { type: "call", contact_id: "k1" }, { type: "call", contact_id: "k1" });
  expect(changed.calls).toEqual({ k1: 2 });
  expect(play(changed, { type: "contact_removed", contact_id: "k1", reason: "closed" }).calls).toEqual({});
});
