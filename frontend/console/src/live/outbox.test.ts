import { expect, test, vi } from "vitest";
import { ApiError } from "../api/client";
import type { ActionResult, Message } from "../api/types";
import { message } from "../testing";
import { notYetShown, Outbox, sameCount, type Unsent } from "./outbox";
import type { Action } from "./requests";

function item(requestId: string, change: Partial<Unsent> = {}): Omit<Unsent, "state" | "errorCode"> {
  return { requestId, contactId: "k1", text: requestId, media: [], note: false, at: 0, seen: 0, ...change };
}

/** A server that answers when the test says so. */
class Server {
  readonly asked: Action[] = [];
  private answers: ((outcome: ActionResult | ApiError) => void)[] = [];

  act = (action: Action): Promise<ActionResult> => {
    this.asked.push(action);
    return new Promise((resolve, reject) => {
      this.answers.push((outcome) => {
        if (outcome instanceof ApiError) reject(outcome);
        else resolve(outcome);
      });
    });
  };

  async answer(outcome: ActionResult | ApiError): Promise<void> {
    this.answers.shift()?.(outcome);
    await new Promise((done) => setTimeout(done));
  }
}

function start(restored: Unsent[] = []) {
  const server = new Server();
  const stored: Message[] = [];
  const persist = vi.fn<(unsent: Unsent[]) => void>();
  const outbox = new Outbox({
    act: server.act,
    onStored: (_, saved) => stored.push(saved),
    restore: () => restored,
    persist,
  });
  return { server, stored, persist, outbox };
}

const done = (id: string): ActionResult => ({ request_id: id, status: 200, message: message(`m-${id}`) });
const unreachable = new ApiError(0, { code: "unreachable", message: "" });

test("sends in order within a contact, one at a time", async () => {
  const { server, outbox, stored } = start();
  outbox.add(item("a"));
  outbox.add(item("b"));
  outbox.add(item("other", { contactId: "k2" }));
  expect(server.asked.map((one) => one.requestId)).toEqual(["a", "other"]);
  await server.answer(done("a"));
  expect(server.asked.map((one) => one.requestId)).toEqual(["a", "other", "b"]);
  expect(stored.map((one) => one.id)).toEqual(["m-a"]);
});

test("keeps what could not be sent, and tries again with the same id", async () => {
  const { server, outbox, persist } = start();
  outbox.add(item("a"));
  outbox.add(item("b"));
  await server.answer(unreachable);
  expect(outbox.store.get().map((one) => one.state)).toEqual(["waiting", "sending"]);
  expect(persist.mock.lastCall?.[0]).toHaveLength(2);
  expect(server.asked).toHaveLength(1);
  outbox.flushAll();
  expect(server.asked.map((one) => one.requestId)).toEqual(["a", "a"]);
  await server.answer(done("a"));
  await server.answer(done("b"));
  expect(outbox.store.get()).toEqual([]);
  expect(persist.mock.lastCall?.[0]).toEqual([]);
});

test("after a reload nobody knows what arrived: the same ids ask again", async () => {
  const { server, outbox } = start([{ ...item("a"), state: "sending", errorCode: null }]);
  expect(outbox.store.get()[0]?.state).toBe("waiting");
  outbox.flushAll();
  expect(server.asked[0]?.requestId).toBe("a");
  await server.answer(done("a"));
  expect(outbox.store.get()).toEqual([]);
});

test("a refusal is shown and does not hold up the next message", async () => {
  const { server, outbox } = start();
  outbox.add(item("a"));
  outbox.add(item("b"));
  await server.answer(new ApiError(409, { code: "opted_out", message: "" }));
  expect(outbox.store.get()[0]).toMatchObject({ state: "refused", errorCode: "opted_out" });
  expect(server.asked.at(-1)?.requestId).toBe("b");
  outbox.discard("a");
  expect(outbox.store.get().map((one) => one.requestId)).toEqual(["b"]);
});

test("a message of a person who was signed out waits for the next sign-in", async () => {
  const { server, outbox } = start();
  outbox.add(item("a"));
  await server.answer(new ApiError(401, { code: "signed_out", message: "" }));
  expect(outbox.store.get()[0]?.state).toBe("waiting");
});

test("notes go where notes go, without pictures", () => {
  const { server, outbox } = start();
  outbox.add(item("a", { note: true }));
  expect(server.asked[0]).toMatchObject({ path: "/contacts/k1/notes", body: { text: "a" } });
});

test("what the socket already shows is not shown twice", () => {
  const ok = message("m1", { direction: "out", text: "ok" });
  const first: Unsent = { ...item("a", { text: "ok", seen: 0 }), state: "sending", errorCode: null };
  const second: Unsent = { ...item("b", { text: "ok", seen: 1 }), state: "sending", errorCode: null };
  expect(sameCount([ok, message("m2", { text: "ok" })], first)).toBe(1);
  expect(notYetShown([first, second], [])).toHaveLength(2);
  expect(notYetShown([first, second], [ok])).toEqual([second]);
  expect(notYetShown([first, second], [ok, { ...ok, id: "m3" }])).toEqual([]);
  expect(notYetShown([{ ...first, state: "refused" }], [ok])).toHaveLength(1);
});
