import { expect, test } from "vitest";
import { numberOf } from "./call-actions";

test("a number is taken as people write it", () => {
  expect(numberOf("+598 2900 12-34")).toBe("+59829001234");
  expect(numberOf("+598 (2) 900.1234")).toBe("+59829001234");
  for (const wrong of ["", "911", "29001234", "+0", "+598 2900 1234 ext 5", "+1234567890123456"])
    expect(numberOf(wrong), wrong).toBeNull();
});
