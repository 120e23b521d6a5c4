/** Times, durations and addresses as people read them. */
import type { Estimate } from "../api/estimate";
import type { Language } from "../api/types";

const LOCALE: Partial<Record<string, string>> & Record<Language, string> = {
  es: "es-UY",
  pt: "pt-BR",
  en: "en-GB",
};

export function localeOf(language: string): string {
  return LOCALE[language] ?? LOCALE.es;
}

/** `0:07`, `12:41`, `1:02:03`; never negative. */
export function clockDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `7 s`, `12 min`, `3 h`, `2 d`: for lists, where a running clock would only distract. */
export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** A wait from P50 to P80 in whole minutes, or in seconds when it is that short: `2–4 min`, `8–15 s`. */
export function waitRange({ p50, p80 }: Estimate): string {
  const [low, high, unit] = p80 < 90 ? [p50, p80, "s"] : [p50 / 60, p80 / 60, "min"];
  const [from, to] = [Math.floor(low), Math.ceil(high)];
  return from === to ? `${to} ${unit}` : `${from}–${to} ${unit}`;
}

/** Seconds from `iso` to `now` (milliseconds by the server's clock), at least 0. */
export function secondsSince(iso: string | null, now: number): number {
  if (iso === null) return 0;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? 0 : Math.max(0, (now - at) / 1000);
}

/** Seconds from `now` to `iso`, at least 0. */
export function secondsUntil(iso: string | null, now: number): number {
  if (iso === null) return 0;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1000);
}

export function timeOfDay(iso: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(iso));
}

/** The local calendar day, for separators: equal for two times of one day. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** `Today`, `Yesterday` in the language given, else the date. */
export function dayName(iso: string, now: number, language: string): string {
  const day = new Date(iso).setHours(0, 0, 0, 0);
  const today = new Date(now).setHours(0, 0, 0, 0);
  const apart = Math.round((today - day) / 86_400_000);
  const locale = localeOf(language);
  if (apart === 0 || apart === 1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-apart, "day");
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  const sameYear = new Date(iso).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(new Date(iso));
}

export function dateAndTime(iso: string, now: number, language: string): string {
  return `${dayName(iso, now, language)}, ${timeOfDay(iso, language)}`;
}

/** Telephone numbers in groups; anything else as it is. */
export function prettyAddress(address: string): string {
  const mobile = /^\+598(9\d)(\d{3})(\d{3})$/u.exec(address);
  if (mobile) return `+598 ${mobile[1]} ${mobile[2]} ${mobile[3]}`;
  const fixed = /^\+598(\d{4})(\d{4})$/u.exec(address);
  if (fixed) return `+598 ${fixed[1]} ${fixed[2]}`;
  const other = /^\+(\d{1,3})(\d{3})(\d{3,4})(\d{4})$/u.exec(address);
  if (other) return `+${other[1]} ${other[2]} ${other[3]} ${other[4]}`;
  // A web chat's address is an unguessable id: its start is enough to tell two apart.
  if (/^[A-Za-z0-9_-]{20,}$/u.test(address)) return `${address.slice(0, 8)}…`;
  return address;
}

/** Two letters for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return ([...first][0] ?? "?").toLocaleUpperCase() + ([...last][0] ?? "").toLocaleUpperCase();
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
