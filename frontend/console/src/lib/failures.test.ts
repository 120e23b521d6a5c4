import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { startTexts } from "../i18n";
import { alarmText, failureText } from "./failures";

beforeAll(async () => {
  startTexts();
  await i18next.changeLanguage("es");
});

const said = (error: string) => failureText(i18next.t, error);

test("a vendor's code is said in the reader's language, and kept for whoever looks it up", () => {
  expect(said("30003: the phone is off or out of reach")).toBe(
    "el teléfono está apagado o sin señal (30003)",
  );
  expect(said("39999: an error of Twilio's")).toBe("error 39999 del proveedor");
});

test("our own words for what went wrong are known", () => {
  expect(said("no connection to Twilio (ClientConnectorError)")).toBe("no hay conexión con el proveedor");
  expect(said("Twilio answered 503")).toBe("el proveedor contestó 503");
  expect(said("a text message has at most 1600 characters")).toBe("tiene más de 1600 caracteres");
  expect(said("given up after 6 attempts: Twilio did not answer in time")).toBe(
    "se abandonó tras 6 intentos: el proveedor no contestó a tiempo",
  );
  expect(said("not_yours")).toBe("Este contacto ya no está con usted.");
});

test("what is new to us stays as it came", () => {
  expect(said("the moon is full")).toBe("the moon is full");
});

test("an alarm is filled with its details, and stays as it came without them", () => {
  const detail = { channel: "chat", error: "30003: x" };
  expect(alarmText(i18next.t, { code: "dead_letter", message: "m", detail })).toBe(
    "Por Chat web: el teléfono está apagado o sin señal (30003). Mire los envíos fallidos.",
  );
  expect(alarmText(i18next.t, { code: "dead_letter", message: "m", detail: null })).toBe("m");
  expect(alarmText(i18next.t, { code: "new_one", message: "m", detail: {} })).toBe("m");
});
