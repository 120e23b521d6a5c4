import { expect, test } from "vitest";
import { textIn } from "./configuration";
import { EMPTY_PROFILE, idFromName, sameProfile, withChannel, withSkill } from "./profile-model";

test("an id from a name", () => {
  expect(idFromName("Averías, experto")).toBe("averias-experto");
  expect(idFromName("  24 horas ñandú ")).toBe("horas-nandu");
  expect(idFromName("¡!")).toBe("");
});

test("no proficiency is no skill", () => {
  const skilled = withSkill(withSkill(EMPTY_PROFILE, "averias", 3), "es", 5);
  expect(skilled.skills).toEqual({ averias: 3, es: 5 });
  expect(withSkill(skilled, "es", 0).skills).toEqual({ averias: 3 });
});

test("order does not make another profile", () => {
  const one = withChannel(withChannel(EMPTY_PROFILE, "sms", true), "chat", true);
  const two = withChannel(withChannel(EMPTY_PROFILE, "chat", true), "sms", true);
  expect(sameProfile(one, two)).toBe(true);
  expect(sameProfile(one, { ...one, exclusive_voice: true })).toBe(true);
  expect(sameProfile(one, { ...one, exclusive_voice: false })).toBe(false);
  expect(sameProfile(one, withChannel(one, "sms", false))).toBe(false);
});

test("a text in the reader's language, else in any", () => {
  expect(textIn({ es: "Averías", en: "Outages" }, "en", "x")).toBe("Outages");
  expect(textIn({ es: "Averías" }, "pt", "x")).toBe("Averías");
  expect(textIn({}, "pt", "x")).toBe("x");
  expect(textIn(undefined, "pt", "x")).toBe("x");
});
