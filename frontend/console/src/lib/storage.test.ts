import { beforeEach, expect, test } from "vitest";
import { changesHands, forgetSession, load, save } from "./storage";

beforeEach(() => sessionStorage.clear());

test("a tab belongs to one person until it is forgotten", () => {
  expect(changesHands("lucia")).toBe(false);
  expect(changesHands("lucia")).toBe(false);
  save("session", "drafts", { k1: "secret" });
  expect(changesHands("martin")).toBe(true);
  forgetSession();
  expect(load("session", "drafts", null)).toBeNull();
  expect(changesHands("martin")).toBe(false);
});

test("what cannot be read is the fallback; what is not ours stays", () => {
  sessionStorage.setItem("cc.broken", "{");
  sessionStorage.setItem("other", "1");
  expect(load("session", "broken", 7)).toBe(7);
  forgetSession();
  expect(sessionStorage.getItem("other")).toBe("1");
});

test("nothing is written as nothing", () => {
  save("session", "x", [1]);
  expect(load("session", "x", null)).toEqual([1]);
  save("session", "x", null);
  expect(sessionStorage.getItem("cc.x")).toBeNull();
});
