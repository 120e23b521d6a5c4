import { expect, test } from "vitest";
import {
  clockDuration,
  dateAndTime,
  dayKey,
  dayName,
  fileSize,
  initials,
  prettyAddress,
  secondsSince,
  secondsUntil,
  shortDuration,
} from "./format";

test("a running clock", () => {
  expect(clockDuration(7)).toBe("0:07");
  expect(clockDuration(761.9)).toBe("12:41");
  expect(clockDuration(3723)).toBe("1:02:03");
  expect(clockDuration(-5)).toBe("0:00");
});

test("a short duration", () => {
  expect([59, 60, 3599, 3600, 86_399, 86_400].map(shortDuration)).toEqual([
    "59 s",
    "1 min",
    "59 min",
    "1 h",
    "23 h",
    "1 d",
  ]);
});

test("seconds by the server's clock are never negative, nor NaN", () => {
  const now = Date.parse("2026-11-21T12:00:10Z");
  expect(secondsSince("2026-11-21T12:00:00Z", now)).toBe(10);
  expect(secondsSince("2026-11-21T12:00:20Z", now)).toBe(0);
  expect(secondsUntil("2026-11-21T12:00:20Z", now)).toBe(10);
  expect(secondsUntil(null, now)).toBe(0);
  expect(secondsSince("not a time", now)).toBe(0);
});

test("days have names", () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  const at = (day: number, hour = 9) => new Date(2026, 10, day, hour).toISOString();
  expect(dayName(at(21), now, "es")).toBe("Hoy");
  expect(dayName(at(20, 23), now, "es")).toBe("Ayer");
  expect(dayName(at(20), now, "pt")).toBe("Ontem");
  expect(dayName(at(2), now, "en")).toMatch(/2/u);
  expect(dateAndTime(at(21), now, "en")).toBe("Today, 09:00");
  expect(dayKey(at(21))).not.toBe(dayKey(at(20)));
});

test("addresses as people read them", () => {
  expect(prettyAddress("+59899123456")).toBe("+598 99 123 456");
  expect(prettyAddress("+59829001234")).toBe("+598 2900 1234");
  expect(prettyAddress("+12025550123")).toBe("+1 202 555 0123");
  expect(prettyAddress("ana@example.com")).toBe("ana@example.com");
  expect(prettyAddress("Zk3f9-sYb2LqX0aPz7Wm1cVt")).toBe("Zk3f9-sY…");
});

test("initials", () => {
  expect(initials("Lucía Fernández")).toBe("LF");
  expect(initials("  ana ")).toBe("A");
  expect(initials("")).toBe("?");
});

test("sizes", () => {
  expect([900, 20_480, 3 * 1024 * 1024].map(fileSize)).toEqual(["900 B", "20 kB", "3.0 MB"]);
});
