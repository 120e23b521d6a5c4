import { expect, test, vi } from "vitest";
import { matchShortcut } from "./shortcuts";

function press(
  code: string,
  init: KeyboardEventInit = {},
  target: HTMLElement = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { code, bubbles: true, ...init });
  target.append();
  target.dispatchEvent(event);
  return event;
}

test("Alt and a letter, by its place on the keyboard", () => {
  const accept = vi.fn();
  expect(matchShortcut(press("KeyA", { altKey: true, key: "å" }), { accept })).toBe(accept);
  expect(matchShortcut(press("KeyA"), { accept })).toBeNull();
  expect(matchShortcut(press("KeyA", { altKey: true, ctrlKey: true }), { accept })).toBeNull();
  expect(matchShortcut(press("KeyZ", { altKey: true }), { accept })).toBeNull();
});

test("AltGr writes a letter", () => {
  const accept = vi.fn();
  expect(matchShortcut(press("KeyA", { altKey: true, modifierAltGraph: true }), { accept })).toBeNull();
});

test("Alt and a digit, with Shift beside", () => {
  const digit = vi.fn();
  matchShortcut(press("Digit3", { altKey: true }), { digit })?.();
  matchShortcut(press("Numpad4", { altKey: true, shiftKey: true }), { digit })?.();
  expect(digit.mock.calls).toEqual([
    [3, false],
    [4, true],
  ]);
});

test("a question mark in a text is a question mark", () => {
  const help = vi.fn();
  const box = document.body.appendChild(document.createElement("textarea"));
  expect(matchShortcut(press("Slash", { key: "?" }), { help })).toBe(help);
  expect(matchShortcut(press("Slash", { key: "?" }, box), { help })).toBeNull();
});
