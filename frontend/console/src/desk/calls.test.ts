import { expect, test } from "vitest";
import { numberOf } from "./call-actions";
import { troubleOf } from "./softphone";

test("a number is taken as people write it", () => {
  expect(numberOf("+598 2900 12-34")).toBe("+59829001234");
  expect(numberOf("+598 (2) 900.1234")).toBe("+59829001234");
  for (const wrong of ["", "911", "29001234", "+0", "+598 2900 1234 ext 5", "+1234567890123456"])
    expect(numberOf(wrong), wrong).toBeNull();
});

test("what the telephone's library reports is said in words", () => {
  expect(troubleOf(31401)).toBe("micDenied");
  expect(troubleOf(31402)).toBe("noMic");
  expect(troubleOf(53000)).toBe("phoneOffline");
  expect(troubleOf(20104)).toBe("phoneToken");
  expect(troubleOf(undefined)).toBe("phoneFailed");
});
