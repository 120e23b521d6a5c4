/** What the statistics page asks for, and how its figures read. */
import type { IntervalId, Key } from "../api/statistics";
import { localeOf } from "../lib/format";

export interface Asked {
  from: string;
  to: string;
  interval: IntervalId;
  by: Key;
}

/** The longest report by interval, in days: the server refuses more. */
const LONGEST: Record<IntervalId, number> = { "30m": 31, "1h": 62, "1d": 400 };
const DAY = 86_400_000;

export function dateOf(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function days({ from, to }: Asked): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
}

/** Why this cannot be asked, or null. */
export function fault(asked: Asked): "dates" | "long" | null {
  const count = days(asked);
  if (!(count >= 1)) return "dates";
  return count > LONGEST[asked.interval] ? "long" : null;
}

export function address(asked: Asked, file = false): string {
  const query = new URLSearchParams({
    from: asked.from,
    to: asked.to,
    interval: asked.interval,
    by: asked.by,
  });
  return `/statistics${file ? ".csv" : ""}?${query.toString()}`;
}

export function percent(share: number | null, language: string): string {
  if (share === null) return "—";
  return new Intl.NumberFormat(localeOf(language), { style: "percent", maximumFractionDigits: 1 }).format(
    share,
  );
}

/** Hours and minutes: `3:05 h`; below one hour `12 min`, below one minute `40 s`. */
export function longDuration(seconds: number): string {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

/** When a line begins, in the center's time zone; the date only where it is needed. */
export function lineTime(
  start: string,
  zone: string,
  interval: IntervalId,
  several: boolean,
  language: string,
): string {
  const date = { weekday: "short", day: "numeric", month: "short" } as const;
  const time = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const parts = interval === "1d" ? date : several ? { ...date, ...time } : time;
  return new Intl.DateTimeFormat(localeOf(language), { ...parts, timeZone: zone }).format(new Date(start));
}
