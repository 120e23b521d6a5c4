/** Tables of figures: contacts by what is named, agents' time by person or group. */
import type { ReactNode } from "react";
import type { AgentFigures, ContactFigures } from "../api/statistics";
import { codeText, useTexts } from "../i18n";
import { clockDuration } from "../lib/format";
import { useReasonName } from "../shell/status-items";
import { longDuration, percent } from "./statistics-model";

/** A share as a number and a bar. */
export function Share({ value }: { value: number | null }) {
  const { language } = useTexts();
  return (
    <span className="bar share">
      <span className="bar-value">{percent(value, language)}</span>
      <span className="bar-track" aria-hidden="true">
        <span className="bar-fill" style={{ width: `${(value ?? 0) * 100}%` }} />
      </span>
    </span>
  );
}

function clock(seconds: number | null): string {
  return seconds === null ? "—" : clockDuration(Math.round(seconds));
}

export interface Row<Figures> {
  key: string;
  /** When, where lines follow each other in time. */
  time?: string;
  name: string;
  figures: Figures;
}

interface TableProps<Figures> {
  /** What the rows are, as the heading of their names. */
  heading: string;
  label: string;
  rows: readonly Row<Figures>[];
  totals?: readonly Row<Figures>[];
}

function Frame<Figures>(
  props: TableProps<Figures> & { columns: ReactNode; cells: (figures: Figures) => ReactNode },
) {
  const { t } = useTexts();
  const { heading, label, rows, totals = [], columns, cells } = props;
  const timed = rows.some((row) => row.time !== undefined);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a mouse it is scrolled by the arrows
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="table statistics-table">
        <thead>
          <tr>
            {timed && <th>{t("statistics.time")}</th>}
            <th>{heading}</th>
            {columns}
          </tr>
        </thead>
        {totals.length > 0 && (
          <tbody className="statistics-totals">
            {totals.map((row) => (
              <tr key={row.key}>
                {timed && <td>{t("statistics.whole")}</td>}
                <th scope="row">{row.name}</th>
                {cells(row.figures)}
              </tr>
            ))}
          </tbody>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {timed && <td className="statistics-time">{row.time}</td>}
              <th scope="row">{row.name}</th>
              {cells(row.figures)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ContactsTable(props: TableProps<ContactFigures>) {
  const { t } = useTexts();
  return (
    <Frame
      {...props}
      columns={
        <>
          <th className="wide">{t("statistics.serviceLevel")}</th>
          <th className="number">{t("statistics.offered")}</th>
          <th className="number">{t("statistics.answered")}</th>
          <th className="number">{t("statistics.abandoned")}</th>
          <th className="number">{t("statistics.refused")}</th>
          <th className="number">{t("statistics.abandonment")}</th>
          <th className="number">{t("statistics.asa")}</th>
          <th className="number">{t("statistics.aht")}</th>
        </>
      }
      cells={(figures) => <ContactCells figures={figures} />}
    />
  );
}

function ContactCells({ figures }: { figures: ContactFigures }) {
  const { t, language } = useTexts();
  return (
    <>
      <td className="wide">
        <Share value={figures.service_level} />
      </td>
      <td className="number">{figures.offered}</td>
      <td className="number">{figures.answered || "—"}</td>
      <td className="number">
        {figures.abandoned - figures.short_abandoned || "—"}
        {figures.short_abandoned > 0 && (
          <small> {t("statistics.short", { count: figures.short_abandoned })}</small>
        )}
      </td>
      <td className="number">{figures.refused || "—"}</td>
      <td className="number">{percent(figures.abandonment, language)}</td>
      <td className="number">{clock(figures.asa_seconds)}</td>
      <td className="number">{clock(figures.aht_seconds)}</td>
    </>
  );
}

export function AgentsTimeTable(props: TableProps<AgentFigures>) {
  const { t } = useTexts();
  return (
    <Frame
      {...props}
      columns={
        <>
          <th className="wide">{t("statistics.occupancy")}</th>
          <th className="number">{t("statistics.staffed")}</th>
          <th className="number">{t("statistics.available")}</th>
          <th className="number">{t("statistics.busy")}</th>
          <th>{t("statistics.notReady")}</th>
          <th className="number">{t("statistics.answered")}</th>
          <th className="number">{t("statistics.aht")}</th>
        </>
      }
      cells={(figures) => <AgentCells figures={figures} />}
    />
  );
}

function AgentCells({ figures }: { figures: AgentFigures }) {
  const { t } = useTexts();
  const configured = useReasonName();
  const reasonName = (reason: string) =>
    reason === "disconnected" || reason === "none" ? t(`statistics.${reason}`) : configured(reason);
  const media = (["voice", "live", "async"] as const)
    .filter((one) => figures[`${one}_seconds`] > 0)
    .map((one) => `${codeText(t, "media", one)} ${longDuration(figures[`${one}_seconds`])}`);
  if (figures.only_wrap_up_seconds > 0)
    media.push(`${t("supervisor.wrapUp")} ${longDuration(figures.only_wrap_up_seconds)}`);
  const reasons = Object.entries(figures.not_ready_seconds).map(
    ([reason, seconds]) => `${reasonName(reason)} ${longDuration(seconds)}`,
  );
  return (
    <>
      <td className="wide">
        <Share value={figures.occupancy} />
      </td>
      <td className="number">{longDuration(figures.staffed_seconds)}</td>
      <td className="number">{longDuration(figures.available_seconds)}</td>
      <td className="number">
        {longDuration(figures.busy_seconds)}
        {media.length > 0 && <small className="statistics-parts">{media.join(" · ")}</small>}
      </td>
      <td>
        <small className="statistics-parts">{reasons.join(" · ") || "—"}</small>
      </td>
      <td className="number">{figures.answered || "—"}</td>
      <td className="number">{clock(figures.aht_seconds)}</td>
    </>
  );
}
