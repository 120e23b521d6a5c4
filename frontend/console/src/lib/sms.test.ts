import { expect, test } from "vitest";
import { countSms } from "./sms";

test("an empty text is no message", () => {
  expect(countSms("")).toMatchObject({ segments: 0, units: 0 });
});

test("GSM-7: 160 alone, 153 in parts", () => {
  expect(countSms("a".repeat(160))).toMatchObject({ encoding: "gsm7", segments: 1, left: 0 });
  expect(countSms("a".repeat(161))).toMatchObject({ segments: 2, left: 145 });
  expect(countSms("a".repeat(306))).toMatchObject({ segments: 2, left: 0 });
  expect(countSms("a".repeat(307))).toMatchObject({ segments: 3 });
});

test("Spanish: ñ ¿ ¡ é are plain, á í ó ú are not", () => {
  expect(countSms("¿Mañana? ¡Sí señor!").encoding).toBe("ucs2");
  expect(countSms("¿Mañana? ¡Qué bueno, señor!").encoding).toBe("gsm7");
  expect(countSms("Se cortó la luz").costly).toEqual(["ó"]);
});

test("the euro sign and brackets take two places", () => {
  expect(countSms("€[]{}").units).toBe(10);
  expect(countSms("a".repeat(159) + "€")).toMatchObject({ segments: 2 });
});

test("no character is split between two parts", () => {
  // 152 + an escaped one does not fit into the first 153: it moves on whole.
  const text = `${"a".repeat(152)}€${"a".repeat(152)}`;
  expect(countSms(text)).toMatchObject({ segments: 3 });
});

test("UCS-2: 70 alone, 67 in parts, an emoji takes two", () => {
  expect(countSms("á".repeat(70))).toMatchObject({ encoding: "ucs2", segments: 1, left: 0 });
  expect(countSms("á".repeat(71))).toMatchObject({ segments: 2 });
  expect(countSms("⚡️💡").units).toBe(4);
  expect(countSms(`${"á".repeat(66)}💡${"á".repeat(10)}`)).toMatchObject({ segments: 2 });
});
