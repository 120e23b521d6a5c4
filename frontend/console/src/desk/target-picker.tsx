/** Where a contact goes, or who comes into a call: a queue, one person, or a telephone number. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ListBox, ListBoxItem, type Selection } from "react-aria-components";
import type { DeskAgent } from "../api/desk";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { useReasonName } from "../shell/status-items";
import { StatusDot } from "../ui/bits";
import { TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import { numberOf } from "./call-actions";
import "./target-picker.css";

export type Target = { queue: string } | { agent: string } | { number: string };
export type TargetKind = "queue" | "agent" | "number";

interface Option {
  id: string;
  name: string;
  about: string | null;
  status: string | null;
  able: boolean;
}

/** Why this person cannot be chosen, as a text of `transfer.because` or their status; null when they can. */
export function reasonAgainst(agent: DeskAgent, channel: string, free: boolean) {
  if (agent.status !== "available") return "status" as const;
  if (!agent.ready) return "away" as const;
  if (!agent.channels.includes(channel))
    return channel === "voice" ? ("noCalls" as const) : ("noChannel" as const);
  return free && agent.on_call ? ("onCall" as const) : null;
}

const RANK = { available: 0, not_ready: 1, logged_out: 2 };

function byUse(a: Option & { rank: number }, b: Option & { rank: number }): number {
  return Number(b.able) - Number(a.able) || a.rank - b.rank || a.name.localeCompare(b.name);
}

function useOptions(
  { contact, free = false, sameQueue = false }: Wanted,
  kind: TargetKind,
  search: string,
): Option[] {
  const desk = useDesk();
  const { t } = useTexts();
  const reasonName = useReasonName();
  const wanted = search.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);
  if (kind === "queue")
    return (desk?.queues ?? [])
      .filter((queue) => (sameQueue || queue.id !== contact.queue.id) && matches(queue.name))
      .map((queue) => ({ id: queue.id, name: queue.name, about: null, status: null, able: true }));
  const status = ({ status: now, reason }: DeskAgent) =>
    now === "not_ready" && reason !== null
      ? `${t("status.not_ready")}: ${reasonName(reason)}`
      : t(`status.${now}`);
  const about = (agent: DeskAgent) => {
    const against = reasonAgainst(agent, contact.channel, free);
    if (against === null) return agent.on_call ? t("transfer.because.onCall") : status(agent);
    return against === "status" ? status(agent) : t(`transfer.because.${against}`);
  };
  return (desk?.agents ?? [])
    .filter((agent) => agent.id !== contact.agent?.id && matches(agent.name))
    .map((agent) => ({
      id: agent.id,
      name: agent.name,
      about: about(agent),
      status: agent.status === "available" && !agent.ready ? "finishing" : agent.status,
      able: reasonAgainst(agent, contact.channel, free) === null,
      rank: RANK[agent.status],
    }))
    .sort(byUse);
}

interface Wanted {
  contact: Contact;
  /** Only who could answer at once. */
  free?: boolean;
  /** The contact's own queue can be chosen too. */
  sameQueue?: boolean;
}

interface Props extends Wanted {
  title: string;
  kinds?: readonly TargetKind[];
  /** What each kind is called. */
  names?: Record<TargetKind, string>;
  onChoose: (target: Target | null, kind: TargetKind) => void;
}

export function TargetPicker({ title, kinds = ["queue", "agent"], names, onChoose, ...wanted }: Props) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [kind, setKind] = useState<TargetKind>(kinds[0] ?? "queue");
  // Who is there now, not a minute ago.
  useEffect(() => void client.invalidateQueries({ queryKey: ["desk"] }), [client]);
  const called = names ?? {
    queue: t("transfer.queue"),
    agent: t("transfer.agent"),
    number: t("transfer.number"),
  };
  const turn = (to: TargetKind) => {
    setKind(to);
    onChoose(null, to);
  };
  return (
    <>
      {kinds.length > 1 && (
        <div className="segments" role="group" aria-label={title}>
          {kinds.map((one) => (
            <button key={one} type="button" aria-pressed={kind === one} onClick={() => turn(one)}>
              {called[one]}
            </button>
          ))}
        </div>
      )}
      {kind === "number" ? (
        <NumberField onChoose={(number) => onChoose(number === null ? null : { number }, kind)} />
      ) : (
        <OptionList
          key={kind}
          {...wanted}
          kind={kind}
          label={called[kind]}
          otherwise={kind === "agent" && kinds.includes("number") ? called.number : null}
          onChoose={(id) =>
            onChoose(id === null ? null : kind === "queue" ? { queue: id } : { agent: id }, kind)
          }
        />
      )}
    </>
  );
}

function NumberField({ onChoose }: { onChoose: (number: string | null) => void }) {
  const { t } = useTexts();
  const [text, setText] = useState("");
  const wrong = text !== "" && numberOf(text) === null;
  const change = (to: string) => {
    setText(to);
    onChoose(numberOf(to));
  };
  return (
    <TextField
      label={t("calls.number")}
      hint={t(wrong ? "calls.badNumber" : "calls.numberHint")}
      value={text}
      onChange={change}
      type="tel"
    />
  );
}

interface ListProps extends Wanted {
  kind: TargetKind;
  label: string;
  /** What to choose for whoever cannot be: their number, by the name of that choice. */
  otherwise: string | null;
  onChoose: (id: string | null) => void;
}

function OptionList({ kind, label, otherwise, onChoose, ...wanted }: ListProps) {
  const { t } = useTexts();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const options = useOptions(wanted, kind, search);
  const choose = (keys: Selection) => {
    const id = keys === "all" ? null : String([...keys][0] ?? "") || null;
    setChosen(id);
    onChoose(id);
  };
  return (
    <>
      <TextField
        label={t("transfer.search")}
        hideLabel
        icon="search"
        placeholder={t("transfer.search")}
        value={search}
        onChange={setSearch}
      />
      <ListBox
        className="target-list"
        aria-label={label}
        selectionMode="single"
        selectedKeys={chosen === null ? [] : [chosen]}
        disabledKeys={options.filter((one) => !one.able).map((one) => one.id)}
        onSelectionChange={choose}
        items={options}
        renderEmptyState={() => <p className="target-none">{t("transfer.none")}</p>}
      >
        {(option) => (
          <ListBoxItem className="target" textValue={option.name}>
            {({ isSelected }) => (
              <>
                {option.status ? <StatusDot status={option.status} /> : <Icon name="columns" size={18} />}
                <span className="truncate">{option.name}</span>
                {option.about && <small>{option.about}</small>}
                {isSelected && <Icon name="check" size={18} />}
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
      {otherwise !== null && options.some((one) => !one.able) && (
        <p className="transfer-hint">{t("transfer.otherwise", { number: otherwise })}</p>
      )}
    </>
  );
}
