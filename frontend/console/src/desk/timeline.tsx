/** The way of a contact, as events that a person can read; a run of equal ones is one line. */
import { useDesk } from "../api/queries";
import type { ContactEvent } from "../api/types";
import { codeText, useTexts } from "../i18n";
import { dayKey, dayName, shortDuration, timeOfDay } from "../lib/format";
import { useServerNow } from "../context";
import i18next from "i18next";

export interface Step {
  event: ContactEvent;
  count: number;
}

/** Messages and replies in a row are one step with a count. */
export function steps(events: readonly ContactEvent[]): Step[] {
  const result: Step[] = [];
  for (const event of events) {
    const last = result.at(-1);
    const chatter = event.type === "message_received" || event.type === "replied";
    if (chatter && last?.event.type === event.type && last.event.agent?.id === event.agent?.id)
      last.count += 1;
    else result.push({ event, count: 1 });
  }
  return result;
}

const TONES: Record<string, string> = {
  rona: "bad",
  declined: "warn",
  offer_withdrawn: "warn",
  requeued: "warn",
  refused: "bad",
  customer_left: "warn",
  relaxed: "warn",
  kept: "warn",
  opted_out: "warn",
  accepted: "ok",
  connected: "ok",
  closed: "ok",
};

/** Where `by` is the account of a supervisor. */
const BY_SUPERVISOR: ReadonlySet<string> = new Set(["queue_changed", "priority_changed"]);

function signed(seconds: number): string {
  return (seconds < 0 ? "−" : "") + shortDuration(Math.abs(seconds));
}

export function Timeline({ events }: { events: readonly ContactEvent[] }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const ordered = steps(events);
  return (
    <ol className="timeline">
      {ordered.map(({ event, count }, index) => {
        const before = ordered[index - 1]?.event;
        const newDay = !before || dayKey(before.at) !== dayKey(event.at);
        return (
          <li key={`${event.at}-${event.type}-${index}`} data-tone={TONES[event.type]}>
            {newDay && <p className="timeline-day">{dayName(event.at, now, language)}</p>}
            <div className="timeline-step">
              <time dateTime={event.at}>{timeOfDay(event.at, language)}</time>
              <span>
                <EventName event={event} />
                {count > 1 && <small> · {t("events.count", { count })}</small>}
                <EventDetail event={event} />
              </span>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function EventName({ event }: { event: ContactEvent }) {
  const { t } = useTexts();
  const key = `events.${event.type}`;
  if (!i18next.exists(key)) return <>{event.type.replaceAll("_", " ")}</>;
  return <>{t(key as "events.offered", { name: event.agent?.name ?? t("events.someone") })}</>;
}

function text(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "object" && value !== null && "name" in value && typeof value.name === "string")
    return value.name;
  return null;
}

/** Of the details, what a person wants to know: where to, how it ended, what was noted. */
function EventDetail({ event }: { event: ContactEvent }) {
  const { t } = useTexts();
  const desk = useDesk();
  const { detail } = event;
  const nameIn = (list: readonly { id: string; name: string }[] | undefined, id: string | null) =>
    id === null ? null : (list?.find((one) => one.id === id)?.name ?? id);
  const outcome = text(detail.outcome);
  const reason = text(detail.reason);
  const by = text(detail.by);
  const preferred = text(detail.preferred);
  const parts = [
    nameIn(desk?.queues, text(detail.queue)),
    nameIn(desk?.agents, text(detail.to_agent)),
    nameIn(
      desk?.queues.flatMap((queue) => queue.dispositions),
      text(detail.disposition),
    ),
    outcome === null ? null : codeText(t, "outcomes", outcome),
    typeof detail.waited === "number" ? t("events.waited", { time: shortDuration(detail.waited) }) : null,
    typeof detail.seconds === "number" ? `+${shortDuration(detail.seconds)}` : null,
    by === "customer" ? t("events.byCustomer") : null,
    by !== null && by !== "customer" && BY_SUPERVISOR.has(event.type) ? t("events.bySupervisor") : null,
    typeof detail.steps === "number" ? t("events.steps", { count: detail.steps }) : null,
    typeof detail.priority === "number" ? t("events.headStart", { time: signed(detail.priority) }) : null,
    event.type === "consult_ended" ? (event.agent?.name ?? null) : null,
    event.type === "invited" || event.type === "removed" ? nameIn(desk?.agents, text(detail.agent)) : null,
    text(detail.address),
    typeof detail.purpose === "string" ? codeText(t, "events", `purpose_${detail.purpose}`) : null,
    event.type === "supervised" ? text(detail.name) : null,
    typeof detail.mode === "string" ? codeText(t, "events", `mode_${detail.mode}`) : null,
    detail.hazard === "yes" ? t("why.hazard") : null,
    preferred === null ? null : codeText(t, "events", preferred),
    reason === null ? null : codeText(t, "reasons", reason, reason),
    text(detail.note),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return <small className="timeline-detail">{parts.join(" · ")}</small>;
}
