/** Who is here and what waits, as it changes. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { Contact, Overview, QueueLoad } from "../api/types";
import { useLive, useServerNow } from "../context";
import { contactTitle, customerName } from "../desk/conversations";
import { ContactDialog } from "../desk/contact-dialog";
import { codeText, useTexts } from "../i18n";
import { clockDuration, secondsSince, waitRange } from "../lib/format";
import { isFinishing } from "../shell/status-items";
import { ChannelIcon } from "../ui/channel-icon";
import { Empty, Failed, Loading } from "../ui/states";
import { AgentsTable } from "./agents-table";
import { percent } from "./statistics-model";
import { Asks, HeadStart } from "./asks";
import { useInterventions } from "./contact-actions";

/** The pushed overview, or until it comes the one that is read. */
export function useOverview() {
  const pushed = useLive((state) => state.overview);
  const read = useQuery({
    queryKey: ["overview"],
    queryFn: () => request<Overview>("/overview"),
    enabled: pushed === null,
  });
  return { overview: pushed ?? read.data, error: read.error, retry: () => void read.refetch() };
}

export function LivePage() {
  const { t } = useTexts();
  const { overview, error, retry } = useOverview();
  if (!overview) return error ? <Failed error={error} onRetry={retry} /> : <Loading />;
  return (
    <div className="live">
      <Figures overview={overview} />
      <section className="card live-queues">
        <h2>{t("supervisor.queues")}</h2>
        <QueuesTable queues={overview.queues} recent={recentOf(overview)} />
      </section>
      <section className="card live-agents">
        <AgentsTable agents={overview.agents} />
      </section>
      <section className="card live-waiting">
        <h2>{t("supervisor.waitingList")}</h2>
        <WaitingTable contacts={overview.waiting} />
      </section>
    </div>
  );
}

function sum(queues: readonly QueueLoad[], key: "waiting" | "connected" | "wrap_up" | "offered"): number {
  return queues.reduce((total, queue) => total + queue[key], 0);
}

function Figures({ overview }: { overview: Overview }) {
  const { t } = useTexts();
  const now = useServerNow();
  const { queues, agents, ledger } = overview;
  const oldest = queues.reduce(
    (longest, queue) => Math.max(longest, secondsSince(queue.longest_wait_since, now)),
    0,
  );
  const connected = agents.filter((agent) => agent.connected).length;
  const available = agents.filter(
    (agent) => agent.connected && agent.status === "available" && !isFinishing(agent),
  ).length;
  const outcomes = Object.entries(ledger.outcomes)
    .filter(([, count]) => count > 0)
    .map(([code, count]) => `${codeText(t, "outcomes", code)} ${count}`);
  return (
    <section className="figures" aria-label={t("supervisor.tabs.live")}>
      <Figure name={t("supervisor.waiting")} value={sum(queues, "waiting")} />
      <Figure
        name={t("supervisor.longest")}
        value={oldest === 0 ? "—" : clockDuration(oldest)}
        tone={oldest > 120 ? "bad" : undefined}
      />
      <Figure name={t("supervisor.talking")} value={sum(queues, "connected")} />
      <Figure name={t("supervisor.wrapUp")} value={sum(queues, "wrap_up")} />
      <Figure
        name={t("supervisor.available")}
        value={available}
        note={t("supervisor.ofConnected", { count: connected })}
      />
      <Figure
        name={t("supervisor.today")}
        value={ledger.offered}
        note={[`${t("supervisor.open")} ${ledger.open}`, ...outcomes].join(" · ")}
      />
    </section>
  );
}

function Figure(props: { name: string; value: number | string; note?: string; tone?: string | undefined }) {
  return (
    <div className="figure" data-tone={props.tone}>
      <span className="figure-name">{props.name}</span>
      <strong className="figure-value">{props.value}</strong>
      {props.note && <span className="figure-note">{props.note}</span>}
    </div>
  );
}

/** Service level of the last half-hour by queue. */
function recentOf(overview: Overview): ReadonlyMap<string, number | null> {
  const recent = overview.statistics?.windows.find((one) => one.id === "30m");
  return new Map(recent?.queues.map((queue) => [queue.id, queue.service_level]));
}

interface QueuesProps {
  queues: readonly QueueLoad[];
  recent: ReadonlyMap<string, number | null>;
}

function QueuesTable({ queues, recent }: QueuesProps) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const most = Math.max(5, ...queues.map((queue) => queue.waiting));
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a mouse it is scrolled by the arrows
    <div className="table-scroll" role="region" aria-label={t("supervisor.tabs.queues")} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>{t("supervisor.queue")}</th>
            <th className="wide">{t("supervisor.waiting")}</th>
            <th className="number">{t("supervisor.longest")}</th>
            <th className="number">{t("statistics.recentLevel")}</th>
            <th className="number">{t("supervisor.estimate")}</th>
            <th className="number">{t("supervisor.ringing")}</th>
            <th className="number">{t("supervisor.talking")}</th>
            <th className="number">{t("supervisor.wrapUp")}</th>
            <th className="number">{t("supervisor.agentsShort")}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => {
            const wait = secondsSince(queue.longest_wait_since, now);
            const uncovered = queue.waiting > 0 && queue.agents_available === 0;
            return (
              <tr key={queue.id}>
                <th scope="row">{queue.name}</th>
                <td className="wide">
                  <span className="bar">
                    <span className="bar-value">{queue.waiting}</span>
                    <span className="bar-track">
                      <span className="bar-fill" style={{ width: `${(queue.waiting / most) * 100}%` }} />
                    </span>
                  </span>
                </td>
                <td className="number" data-tone={wait > 120 ? "bad" : undefined}>
                  {queue.longest_wait_since === null ? "—" : clockDuration(wait)}
                </td>
                <td className="number">{percent(recent.get(queue.id) ?? null, language)}</td>
                <td className="number">
                  {queue.estimate === null ? t("supervisor.noEstimate") : waitRange(queue.estimate)}
                </td>
                <td className="number">{queue.offered || "—"}</td>
                <td className="number">{queue.connected || "—"}</td>
                <td className="number">{queue.wrap_up || "—"}</td>
                <td className="number">
                  {uncovered ? (
                    <span className="tag tag-bad">{t("supervisor.noAgents")}</span>
                  ) : (
                    queue.agents_available
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function WaitingTable({ contacts }: { contacts: readonly Contact[] }) {
  const { t } = useTexts();
  const now = useServerNow();
  const interventions = useInterventions();
  const [reading, setReading] = useState<string | null>(null);
  if (contacts.length === 0) return <Empty icon="check">{t("supervisor.nobodyWaiting")}</Empty>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a mouse it is scrolled by the arrows
    <div className="table-scroll" role="region" aria-label={t("supervisor.waiting")} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>{t("supervisor.customer")}</th>
            <th>{t("supervisor.queue")}</th>
            <th>{t("supervisor.needs")}</th>
            <th className="number">{t("supervisor.headStart")}</th>
            <th className="number">{t("supervisor.wait")}</th>
            <th>
              <span className="visually-hidden">{t("interventions.column")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={contact.id}>
              <th scope="row">
                <button type="button" className="cell-contact" onClick={() => setReading(contact.id)}>
                  <ChannelIcon channel={contact.channel} size={26} />
                  <span>
                    <span className="truncate">{contactTitle(contact)}</span>
                    <small className="truncate">
                      {contact.consult === null ? contact.preview : customerName(contact)}
                    </small>
                  </span>
                </button>
              </th>
              <td>{contact.queue.name}</td>
              <td>
                <Asks contact={contact} />
              </td>
              <td className="number">
                <HeadStart contact={contact} />
              </td>
              <td className="number">{clockDuration(secondsSince(contact.arrived_at, now))}</td>
              <td className="number">{interventions.menu(contact)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {interventions.dialog}
      {reading !== null && <ContactDialog id={reading} onClose={() => setReading(null)} />}
    </div>
  );
}
