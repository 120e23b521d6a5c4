/** How well it goes now: the present half-hour, the last 15 and 30 minutes, today. */
import { useState } from "react";
import { WINDOWS, type LiveWindow, type WindowId } from "../api/statistics";
import { codeText, useTexts } from "../i18n";
import { clockDuration, timeOfDay } from "../lib/format";
import { Empty, Failed, Loading } from "../ui/states";
import { useOverview } from "./live-page";
import { longDuration, percent } from "./statistics-model";
import { AgentsTimeTable, ContactsTable } from "./statistics-parts";

export function StatisticsNow() {
  const { t, language } = useTexts();
  const { overview, error, retry } = useOverview();
  const [chosen, setChosen] = useState<WindowId>("30m");
  const shown = overview?.statistics?.windows.find((one) => one.id === chosen);
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t("statistics.now")}</h2>
          <p className="card-lead">{t("statistics.nowLead")}</p>
        </div>
        <div className="segments segments-s" role="group" aria-label={t("statistics.window")}>
          {WINDOWS.map((one) => (
            <button key={one} type="button" aria-pressed={one === chosen} onClick={() => setChosen(one)}>
              {t(`statistics.windows.${one}`)}
            </button>
          ))}
        </div>
      </header>
      {!overview && (error ? <Failed error={error} onRetry={retry} /> : <Loading />)}
      {overview && !shown && <Empty icon="clock">{t("statistics.notYet")}</Empty>}
      {shown && (
        <>
          <Figures shown={shown} />
          <p className="card-lead statistics-since">
            {t("statistics.since", { time: timeOfDay(shown.since, language) })}
          </p>
          <Tables shown={shown} />
        </>
      )}
    </section>
  );
}

function Figures({ shown }: { shown: LiveWindow }) {
  const { t, language } = useTexts();
  const { total, groups } = shown;
  const sum = (key: "busy_seconds" | "available_seconds" | "staffed_seconds") =>
    groups.reduce((seconds, group) => seconds + group[key], 0);
  const busy = sum("busy_seconds");
  const atHand = busy + sum("available_seconds");
  const clock = (seconds: number | null) => (seconds === null ? "—" : clockDuration(Math.round(seconds)));
  const figures: [name: string, value: string | number, note: string | null][] = [
    [
      t("statistics.serviceLevel"),
      percent(total.service_level, language),
      t("statistics.within", { count: total.answered_within, of: total.answered }),
    ],
    [
      t("statistics.offered"),
      total.offered,
      total.refused > 0 ? t("statistics.refusedCount", { count: total.refused }) : null,
    ],
    [t("statistics.asa"), clock(total.asa_seconds), null],
    [
      t("statistics.abandonment"),
      percent(total.abandonment, language),
      total.short_abandoned > 0 ? t("statistics.short", { count: total.short_abandoned }) : null,
    ],
    [t("statistics.aht"), clock(total.aht_seconds), null],
    [
      t("statistics.occupancy"),
      percent(atHand > 0 ? busy / atHand : null, language),
      t("statistics.staffedFor", { time: longDuration(sum("staffed_seconds")) }),
    ],
  ];
  return (
    <div className="figures">
      {figures.map(([name, value, note]) => (
        <div key={name} className="figure">
          <span className="figure-name">{name}</span>
          <strong className="figure-value">{value}</strong>
          {note !== null && <span className="figure-note">{note}</span>}
        </div>
      ))}
    </div>
  );
}

function Tables({ shown }: { shown: LiveWindow }) {
  const { t } = useTexts();
  return (
    <>
      {shown.queues.length > 0 && (
        <ContactsTable
          heading={t("statistics.by.queue")}
          label={t("statistics.by.queue")}
          rows={shown.queues.map((one) => ({ key: one.id, name: one.name, figures: one }))}
        />
      )}
      {shown.channels.length > 0 && (
        <ContactsTable
          heading={t("statistics.by.channel")}
          label={t("statistics.by.channel")}
          rows={shown.channels.map((one) => ({
            key: one.id,
            name: codeText(t, "channels", one.id),
            figures: one,
          }))}
        />
      )}
      {shown.groups.length > 0 && (
        <AgentsTimeTable
          heading={t("statistics.groups")}
          label={t("statistics.groups")}
          rows={shown.groups.map((one) => ({ key: one.id, name: one.name, figures: one }))}
        />
      )}
    </>
  );
}
