/** Who is here: state, profile, load against capacity; a supervisor may change the state. */
import { useState } from "react";
import type { AgentLoad, MediaClass } from "../api/types";
import { codeText, useTexts } from "../i18n";
import { Avatar } from "../ui/bits";
import { Button } from "../ui/controls";
import { Empty } from "../ui/states";
import { AbilitiesDialog } from "./abilities-dialog";
import { AgentStatusMenu } from "./agent-status";
import { CallDialog } from "./call-dialog";

const MEDIA: readonly MediaClass[] = ["voice", "live", "async"];
const RANK = { available: 0, not_ready: 1, logged_out: 2 };

export function AgentsTable({ agents }: { agents: readonly AgentLoad[] }) {
  const { t } = useTexts();
  const [onlyOn, setOnlyOn] = useState(true);
  const [asked, setAsked] = useState<AgentLoad | null>(null);
  const [supervised, setSupervised] = useState<AgentLoad | null>(null);
  const shown = agents
    .filter((agent) => !onlyOn || agent.status !== "logged_out")
    .sort((a, b) => RANK[a.status] - RANK[b.status] || a.name.localeCompare(b.name));
  return (
    <>
      <header className="card-head">
        <h2>{t("supervisor.agents")}</h2>
        <div className="segments segments-s" role="group" aria-label={t("supervisor.agents")}>
          <button type="button" aria-pressed={onlyOn} onClick={() => setOnlyOn(true)}>
            {t("supervisor.filterOn")}
          </button>
          <button type="button" aria-pressed={!onlyOn} onClick={() => setOnlyOn(false)}>
            {t("supervisor.filterAll")}
          </button>
        </div>
      </header>
      {shown.length === 0 ? (
        <Empty icon="person">{t("supervisor.nobody")}</Empty>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>{t("supervisor.agent")}</th>
                <th>{t("supervisor.state")}</th>
                <th>{t("supervisor.load")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((agent) => (
                <AgentRow
                  key={agent.id}
                  agent={agent}
                  onAsk={() => setAsked(agent)}
                  onCall={() => setSupervised(agent)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {supervised && <CallDialog agent={supervised} onClose={() => setSupervised(null)} />}
      {asked && <AbilitiesDialog agent={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

interface RowProps {
  agent: AgentLoad;
  onAsk: () => void;
  onCall: () => void;
}

function AgentRow({ agent, onAsk, onCall }: RowProps) {
  const { t } = useTexts();
  return (
    <tr>
      <th scope="row">
        <span className="cell-person">
          <Avatar name={agent.name} size={30} />
          <span>
            <button
              type="button"
              className="cell-person-name"
              title={t("explanation.couldTake", { name: agent.name })}
              onClick={onAsk}
            >
              <span className="truncate">{agent.name}</span>
            </button>
            <small className="truncate">{agent.profile.name}</small>
          </span>
        </span>
      </th>
      <td>
        <AgentStatusMenu agent={agent} />
        {agent.status !== "logged_out" && !agent.connected && (
          <span className="tag tag-warn">{t("supervisor.offline")}</span>
        )}
        {agent.offered && <span className="tag tag-accent">{t("supervisor.ringing")}</span>}
      </td>
      <td>
        <span className="loads">
          {MEDIA.filter((media) => agent.capacity[media] > 0 || agent.contacts[media] > 0).map((media) => (
            <LoadMeter
              key={media}
              media={media}
              used={agent.contacts[media]}
              capacity={agent.capacity[media]}
            />
          ))}
        </span>
        {agent.contacts.voice > 0 && (
          <Button
            size="s"
            kind="quiet"
            icon="phone"
            aria-label={t("calls.supervise", { name: agent.name })}
            onPress={onCall}
          >
            {t("calls.superviseShort")}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** At most this many slots are drawn one by one. */
const SLOTS = 8;

function LoadMeter({ media, used, capacity }: { media: MediaClass; used: number; capacity: number }) {
  const { t } = useTexts();
  const name = codeText(t, "media", media);
  const label = t("supervisor.loadOf", { media: name, used, capacity });
  const slots = Math.min(SLOTS, Math.max(used, capacity));
  return (
    <span className="load" role="img" aria-label={label} title={label}>
      <small>{name}</small>
      <span className="load-slots">
        {Array.from({ length: slots }, (_, slot) => (
          <i key={slot} data-used={slot < used || undefined} data-over={slot >= capacity || undefined} />
        ))}
      </span>
    </span>
  );
}
