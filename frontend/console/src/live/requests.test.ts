import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/client";
import type { ActionResult } from "../api/types";
import { Requests, type Action } from "./requests";

const ACTION: Action = { method: "POST", path: "/offers/o/accept", body: {}, requestId: "r1" };

let outcomes: (ActionResult | ApiError)[];
let asked: unknown[];
let requests: Requests;

beforeEach(() => {
  vi.useFakeTimers();
  outcomes = [];
  asked = [];
  requests = new Requests(((_path: string, call: { body: unknown }) => {
    asked.push(call.body);
    const outcome = outcomes.shift();
    if (!outcome) throw new Error("asked once too often");
    return outcome instanceof ApiError ? Promise.reject(outcome) : Promise.resolve(outcome);
  }) as typeof import("../api/client").request);
});

afterEach(() => vi.useRealTimers());

const later = { request_id: "r1", status: 202 };
const done = { request_id: "r1", status: 200 };

test("an answer is an answer", async () => {
  outcomes = [done];
  expect(await requests.act(ACTION)).toEqual(done);
});

test("a lost answer is asked for with the same id", async () => {
  outcomes = [
    new ApiError(0, { code: "unreachable", message: "" }),
    new ApiError(503, { code: "x", message: "" }),
    done,
  ];
  const again = vi.fn<() => void>();
  const result = requests.act(ACTION, undefined, again);
  await vi.runAllTimersAsync();
  expect(await result).toEqual(done);
  expect(asked).toEqual([{ request_id: "r1" }, { request_id: "r1" }, { request_id: "r1" }]);
  expect(again).toHaveBeenCalledTimes(2);
});

test("a refusal is final", async () => {
  outcomes = [new ApiError(409, { code: "offer_gone", message: "" })];
  await expect(requests.act(ACTION)).rejects.toMatchObject({ code: "offer_gone" });
  expect(asked).toHaveLength(1);
});

test("a 202 waits for the pushed result", async () => {
  outcomes = [later];
  const result = requests.act(ACTION);
  await vi.advanceTimersByTimeAsync(100);
  requests.settle("another", 200, null);
  requests.settle("r1", 200, null);
  expect(await result).toEqual(done);
});

test("a pushed refusal is a refusal", async () => {
  outcomes = [later];
  const result = expect(requests.act(ACTION)).rejects.toMatchObject({ status: 409, code: "not_yours" });
  await vi.advanceTimersByTimeAsync(100);
  requests.settle("r1", 409, { code: "not_yours", message: "" });
  await result;
});

test("a socket that started anew may have missed the result: ask again", async () => {
  outcomes = [later, done];
  const result = requests.act(ACTION);
  await vi.advanceTimersByTimeAsync(100);
  requests.restarted();
  expect(await result).toEqual(done);
  expect(asked).toHaveLength(2);
});

test("silence ends in an error that says so", async () => {
  outcomes = [later, later];
  const result = expect(requests.act(ACTION, 2)).rejects.toMatchObject({ code: "no_answer" });
  await vi.runAllTimersAsync();
  await result;
});
