/** Spanish, Portuguese, English. Texts are typed by the Spanish list. */
import i18next, { type TFunction } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language } from "../api/types";
import { ApiError } from "../api/client";
import { setCurrentLanguage } from "../lib/language";
import { load, save } from "../lib/storage";
import { en } from "./en";
import { es } from "./es";
import { pt } from "./pt";

export const LANGUAGES: readonly { id: Language; name: string }[] = [
  { id: "es", name: "Español" },
  { id: "pt", name: "Português" },
  { id: "en", name: "English" },
];

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof es };
  }
}

function isLanguage(value: string | null | undefined): value is Language {
  return value === "es" || value === "pt" || value === "en";
}

function firstLanguage(): Language {
  const saved = load<string | null>("local", "language", null);
  if (isLanguage(saved)) return saved;
  const browser = navigator.language.slice(0, 2);
  return isLanguage(browser) ? browser : "es";
}

export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: "es",
    resources: { es: { translation: es }, pt: { translation: pt }, en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  setCurrentLanguage(i18next.language);
  i18next.on("languageChanged", setCurrentLanguage);
}

export function chooseLanguage(language: Language): void {
  save("local", "language", language);
  void i18next.changeLanguage(language);
}

/** The account's language, unless this browser has its own choice. */
export function adoptLanguage(language: string | null): void {
  if (isLanguage(language) && load<string | null>("local", "language", null) === null)
    void i18next.changeLanguage(language);
}

export function useTexts(): { t: TFunction; language: Language } {
  const { t, i18n } = useTranslation();
  return { t, language: isLanguage(i18n.language) ? i18n.language : "es" };
}

type Group =
  | "errors"
  | "channels"
  | "outcomes"
  | "refusals"
  | "events"
  | "states"
  | "why"
  | "media"
  | "reasons"
  | "alarms"
  | "kinds"
  | "flags"
  | "reports";

/** The text of a code that the server sent, or `fallback` (the code itself) when it is new to us. */
export function codeText(
  t: TFunction,
  group: Group,
  code: string,
  fallback = code.replaceAll("_", " "),
): string {
  const key = `${group}.${code}`;
  return i18next.exists(key) ? t(key as "errors.unknown") : fallback;
}

/** What went wrong, for people. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("errors.unknown", { code: "client" });
  const fallback = error.message || t("errors.unknown", { code: error.code });
  return codeText(t, "errors", error.code, fallback);
}
