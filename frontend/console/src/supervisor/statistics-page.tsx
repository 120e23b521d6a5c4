/** Statistics: how well it goes now, and reports of any time as a table or a file. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { INTERVALS, KEYS, type AgentLine, type ContactLine, type Report } from "../api/statistics";
import { useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { Icon } from "../ui/icons";
import { Select } from "../ui/select";
import { Empty, Failed, Loading } from "../ui/states";
import { StatisticsNow } from "./statistics-live";
import { address, dateOf, days, fault, lineTime, type Asked } from "./statistics-model";
import { AgentsTimeTable, ContactsTable, type Row } from "./statistics-parts";
import "./statistics.css";

const REFRESH = 15_000;
const ALL = "";

export function StatisticsPage() {
  return (
    <div className="statistics">
      <StatisticsNow />
      <History />
    </div>
  );
}

function useReport(asked: Asked) {
  const today = dateOf(new Date(useServerNow()));
  return useQuery({
    queryKey: ["statistics", asked],
    enabled: fault(asked) === null,
    queryFn: () => request<Report>(address(asked), { timeout: 30 }),
    refetchInterval: asked.to >= today ? REFRESH : false,
    placeholderData: (before) => before,
  });
}

function History() {
  const { t } = useTexts();
  const now = useServerNow();
  const [asked, setAsked] = useState<Asked>(() => {
    const today = dateOf(new Date(now));
    return { from: today, to: today, interval: "30m", by: "queue" };
  });
  const [only, setOnly] = useState(ALL);
  const report = useReport(asked);
  const wrong = fault(asked);
  const shown = report.data?.by === asked.by ? report.data : undefined;
  const change = (part: Partial<Asked>) => {
    if (part.by && part.by !== asked.by) setOnly(ALL);
    setAsked({ ...asked, ...part });
  };
  return (
    <section className="card statistics-history">
      <header className="card-head">
        <div>
          <h2>{t("statistics.history")}</h2>
          <p className="card-lead">{t("statistics.historyLead")}</p>
        </div>
      </header>
      <Filter asked={asked} change={change} report={shown} only={only} setOnly={setOnly} />
      {wrong !== null ? (
        <p className="statistics-fault" role="alert">
          {t(`statistics.faults.${wrong}`)}
        </p>
      ) : (
        <>
          {report.error && <Failed error={report.error} onRetry={() => void report.refetch()} />}
          {!shown && !report.error && <Loading />}
          {shown && <Lines report={shown} only={only} several={days(asked) > 1} />}
        </>
      )}
    </section>
  );
}

interface FilterProps {
  asked: Asked;
  change: (part: Partial<Asked>) => void;
  report: Report | undefined;
  only: string;
  setOnly: (id: string) => void;
}

function Filter({ asked, change, report, only, setOnly }: FilterProps) {
  const { t } = useTexts();
  const names = report ? [...report.contact_totals, ...report.agent_totals] : [];
  const everything = { id: ALL, name: t("contacts.all") };
  return (
    <div className="statistics-filter">
      <DateField label={t("statistics.from")} value={asked.from} onChange={(from) => change({ from })} />
      <DateField label={t("statistics.to")} value={asked.to} onChange={(to) => change({ to })} />
      <Select
        label={t("statistics.interval")}
        value={asked.interval}
        options={INTERVALS.map((id) => ({ id, name: t(`statistics.intervals.${id}`) }))}
        onChange={(id) => change({ interval: INTERVALS.find((one) => one === id) ?? "30m" })}
      />
      <Select
        label={t("statistics.groupBy")}
        value={asked.by}
        options={KEYS.map((id) => ({ id, name: t(`statistics.by.${id}`) }))}
        onChange={(id) => change({ by: KEYS.find((one) => one === id) ?? "queue" })}
      />
      <Select
        label={t("statistics.only")}
        value={only}
        options={[everything, ...names.map((one) => ({ id: one.id, name: nameOf(t, asked.by, one) }))]}
        onChange={setOnly}
        isDisabled={asked.by === "total"}
      />
      {fault(asked) === null && (
        <a className="button button-plain button-m" href={`/api/v1${address(asked, true)}`} download>
          <Icon name="download" size={18} />
          {t("statistics.csv")}
        </a>
      )}
    </div>
  );
}

type Translate = ReturnType<typeof useTexts>["t"];

function nameOf(t: Translate, by: Asked["by"], line: { id: string; name: string }): string {
  if (by === "channel") return codeText(t, "channels", line.id);
  return by === "total" ? t("statistics.by.total") : line.name;
}

function Lines({ report, only, several }: { report: Report; only: string; several: boolean }) {
  const { t, language } = useTexts();
  const rows = <Line extends ContactLine | AgentLine>(lines: readonly Line[], timed: boolean): Row<Line>[] =>
    lines
      .filter((line) => only === ALL || line.id === only)
      .map((line) => ({
        key: `${line.start} ${line.id}`,
        name: nameOf(t, report.by, line),
        figures: line,
        ...(timed && { time: lineTime(line.start, report.time_zone, report.interval, several, language) }),
      }));
  if (report.contacts.length + report.agents.length === 0)
    return <Empty icon="clock">{t("statistics.nothing")}</Empty>;
  const shared = { heading: t(`statistics.by.${report.by}`), label: t("statistics.history") };
  return report.by === "agent" ? (
    <AgentsTimeTable {...shared} rows={rows(report.agents, true)} totals={rows(report.agent_totals, false)} />
  ) : (
    <ContactsTable
      {...shared}
      rows={rows(report.contacts, true)}
      totals={rows(report.contact_totals, false)}
    />
  );
}

function DateField(props: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="field">
      <span className="field-label">{props.label}</span>
      <input
        type="date"
        className="input"
        value={props.value}
        required
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  );
}
