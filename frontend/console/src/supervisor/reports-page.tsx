/** What customers report without a person: by zone with the outage known there, and one by one. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { OutageReport, OutageReports, ZoneReports } from "../api/utility";
import { useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { dateAndTime, prettyAddress } from "../lib/format";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Select } from "../ui/select";
import { Empty, Failed, Loading } from "../ui/states";

const REFRESH = 15_000;
const STATES = ["open", "restored", "expired", "all"] as const;
type State = (typeof STATES)[number];

function address(state: State, zone: string | null, file = false): string {
  const query = new URLSearchParams({ state });
  if (zone !== null) query.set("zone", zone);
  return `/utility/reports${file ? ".csv" : ""}?${query.toString()}`;
}

export function ReportsPage() {
  const { t } = useTexts();
  const [state, setState] = useState<State>("open");
  const [zone, setZone] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["reports", state, zone],
    refetchInterval: REFRESH,
    queryFn: () => request<OutageReports>(address(state, zone)),
  });
  const zones = query.data?.zones ?? [];
  const options = [
    { id: "", name: t("reports.all") },
    ...zones.flatMap((one) => (one.zone === null ? [] : [one.zone])),
  ];
  if (zone !== null && !options.some((one) => one.id === zone)) options.push({ id: zone, name: zone });
  return (
    <div className="deliveries">
      {query.error && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Loading />}
      {query.data && <Zones zones={zones} onChoose={setZone} />}
      <section className="card">
        <header className="card-head">
          <div>
            <h2>{t("reports.list")}</h2>
          </div>
          <Select
            label={t("reports.zone")}
            options={options}
            value={zone ?? ""}
            onChange={(id) => setZone(id === "" ? null : id)}
          />
          <Select
            label={t("reports.state")}
            options={STATES.map((id) => ({ id, name: t(`reports.${id}`) }))}
            value={state}
            onChange={(id) => setState(STATES.find((one) => one === id) ?? "open")}
          />
          <a className="button button-plain button-m" href={`/api/v1${address(state, zone, true)}`} download>
            <Icon name="download" size={18} />
            {t("reports.csv")}
          </a>
        </header>
        {query.data?.reports.length === 0 && <Empty icon="check">{t("reports.none")}</Empty>}
        {query.data && query.data.reports.length > 0 && <Reports reports={query.data.reports} />}
      </section>
    </div>
  );
}

function Zones({ zones, onChoose }: { zones: ZoneReports[]; onChoose: (zone: string) => void }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t("reports.byZone")}</h2>
          <p className="card-lead">{t("reports.lead")}</p>
        </div>
      </header>
      {zones.length === 0 && <Empty icon="check">{t("reports.none")}</Empty>}
      {zones.length > 0 && (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>{t("reports.zone")}</th>
                <th className="number">{t("reports.count")}</th>
                <th className="number">{t("reports.times")}</th>
                <th>{t("reports.outage")}</th>
                <th>{t("reports.first")}</th>
                <th>{t("reports.last")}</th>
              </tr>
            </thead>
            <tbody>
              {zones.map((one) => (
                <tr key={one.zone?.id ?? ""}>
                  <th scope="row">
                    <ZoneName zone={one.zone} onChoose={onChoose} />
                  </th>
                  <td className="number">{one.reports}</td>
                  <td className="number">{one.times}</td>
                  <td>{one.outage ?? t("reports.noOutage")}</td>
                  <td>{dateAndTime(one.reported_at, now, language)}</td>
                  <td>{dateAndTime(one.last_at, now, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function ZoneName({ zone, onChoose }: { zone: ZoneReports["zone"]; onChoose: (zone: string) => void }) {
  const { t } = useTexts();
  if (zone === null) return <>{t("reports.unknown")}</>;
  return (
    <Button
      size="s"
      kind="quiet"
      aria-label={t("reports.show", { zone: zone.name })}
      onPress={() => onChoose(zone.id)}
    >
      {zone.name}
    </Button>
  );
}

function Reports({ reports }: { reports: OutageReport[] }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th>{t("reports.number")}</th>
            <th>{t("reports.place")}</th>
            <th>{t("reports.holder")}</th>
            <th>{t("reports.telephone")}</th>
            <th className="number">{t("reports.times")}</th>
            <th>{t("reports.state")}</th>
            <th>{t("reports.last")}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map((one) => (
            <tr key={one.number}>
              <th scope="row">{one.number}</th>
              <td>
                {one.address ?? t("reports.unknown")}
                {one.zone !== null && <small> · {one.zone.name}</small>}
              </td>
              <td>{one.account_name ?? "—"}</td>
              <td>{one.telephone === null ? "—" : prettyAddress(one.telephone)}</td>
              <td className="number">{one.times}</td>
              <td>{codeText(t, "reports", one.state)}</td>
              <td>{dateAndTime(one.last_at, now, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
