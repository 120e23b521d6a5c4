import { expect, test } from "vitest";
import { delay } from "./backoff";
import { linkify } from "./linkify";

test("delays grow, jitter, and stop growing", () => {
  expect(delay(0, 0)).toBe(0.25);
  expect(delay(0, 1)).toBe(0.5);
  expect(delay(3, 0.5)).toBe(3);
  expect(delay(99, 1)).toBe(20);
  expect(delay(4, 0, { base: 1, cap: 30 })).toBe(8);
});

const links = (text: string) => linkify(text).filter((piece) => piece.href !== null);

test("addresses become links, the sentence's punctuation does not", () => {
  expect(linkify("Vea https://example.com/a?b=1. Gracias")).toEqual([
    { text: "Vea ", href: null },
    { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
    { text: ". Gracias", href: null },
  ]);
  expect(links("(http://a.uy)")[0]?.href).toBe("http://a.uy/");
});

test("only the web is linked", () => {
  expect(links("javascript:alert(1) data:text/html,x file:///etc/passwd www.a.uy")).toEqual([]);
  expect(links('https://a.uy/"onmouseover="x')[0]?.text).toBe("https://a.uy/");
  expect(links("https://")).toEqual([]);
});

test("no text is lost", () => {
  for (const text of ["", "hola", "https://a.uy", "a https://a.uy b http://b.uy c", "https://:80 x"])
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
});
