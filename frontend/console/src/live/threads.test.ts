import { expect, test } from "vitest";
import type { Delivery } from "../api/types";
import { message } from "../testing";
import { advances, EMPTY_THREAD, withDelivery, withMedia, withMessages } from "./threads";

const out = (id: string, delivery: Delivery) => message(id, { direction: "out", delivery });

test("delivery never goes backwards", () => {
  expect(advances(null, "queued")).toBe(true);
  expect(advances("sent", "delivered")).toBe(true);
  expect(advances("delivered", "sent")).toBe(false);
  expect(advances("read", "failed")).toBe(false);
  expect(advances("delivery_unknown", "sent")).toBe(true);
  expect(advances("sent", null)).toBe(false);
});

test("a late report changes nothing", () => {
  let thread = withMessages(EMPTY_THREAD, [out("m1", "delivered")]);
  thread = withDelivery(thread, "m1", { delivery: "sent", error: null });
  expect(thread.messages[0]?.delivery).toBe("delivered");
  thread = withDelivery(thread, "m1", { delivery: "read", error: null });
  expect(thread.messages[0]?.delivery).toBe("read");
});

test("a report that comes before its message waits for it", () => {
  let thread = withDelivery(EMPTY_THREAD, "m1", { delivery: "delivered", error: null });
  thread = withDelivery(thread, "m1", { delivery: "sent", error: null });
  thread = withMessages(thread, [out("m1", "queued")]);
  expect(thread.messages[0]?.delivery).toBe("delivered");
  expect(thread.updates).toEqual({});
});

test("what REST read earlier does not undo what the socket said", () => {
  let thread = withMessages(EMPTY_THREAD, [out("m1", "delivered")]);
  thread = withMessages(thread, [out("m1", "sending")]);
  expect(thread.messages).toHaveLength(1);
  expect(thread.messages[0]?.delivery).toBe("delivered");
});

test("a failure brings its reason", () => {
  let thread = withMessages(EMPTY_THREAD, [out("m1", "sent")]);
  thread = withDelivery(thread, "m1", { delivery: "undelivered", error: "30003" });
  expect(thread.messages[0]).toMatchObject({ delivery: "undelivered", error: "30003" });
});

test("a picture that was downloaded replaces its placeholder", () => {
  const media = { id: "p", content_type: "image/png", size: null, name: null, url: "/p" };
  let thread = withMessages(EMPTY_THREAD, [message("m1", { media: [{ ...media, state: "pending" }] })]);
  thread = withMedia(thread, "m1", { ...media, state: "ready" });
  expect(thread.messages[0]?.media).toEqual([{ ...media, state: "ready" }]);
  expect(withMedia(thread, "other", { ...media, state: "failed" }).messages).toEqual(thread.messages);
});

test("a picture that has come stays, whatever was read before it came", () => {
  const media = { id: "p", content_type: "image/png", size: null, name: null, url: "/p" };
  const stale = message("m1", { media: [{ ...media, state: "pending" }] });
  let thread = withMedia(EMPTY_THREAD, "m1", { ...media, state: "ready" });
  thread = withMessages(thread, [stale]);
  expect(thread.messages[0]?.media).toEqual([{ ...media, state: "ready" }]);
  thread = withMessages(thread, [stale]);
  expect(thread.messages[0]?.media).toEqual([{ ...media, state: "ready" }]);
});

test("a picture that came with its message stays too", () => {
  const media = { id: "p", content_type: "image/png", size: null, name: null, url: "/p" };
  let thread = withMessages(EMPTY_THREAD, [message("m1", { media: [{ ...media, state: "ready" }] })]);
  thread = withMessages(thread, [message("m1", { media: [{ ...media, state: "pending" }] })]);
  expect(thread.messages[0]?.media).toEqual([{ ...media, state: "ready" }]);
});
