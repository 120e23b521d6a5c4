/** Where a contact goes: a queue or one person, found by name. */
import { useState } from "react";
import { ListBox, ListBoxItem, type Selection } from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { StatusDot } from "../ui/bits";
import { TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import "./target-picker.css";

export type Target = { queue: string } | { agent: string };
type Kind = "queue" | "agent";

interface Option {
  id: string;
  name: string;
  about: string | null;
  status: string | null;
}

function useOptions(contact: Contact, kind: Kind, search: string): Option[] {
  const desk = useDesk();
  const { t } = useTexts();
  const wanted = search.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);
  if (kind === "queue")
    return (desk?.queues ?? [])
      .filter((queue) => queue.id !== contact.queue.id && matches(queue.name))
      .map((queue) => ({ id: queue.id, name: queue.name, about: null, status: null }));
  const rank = { available: 0, not_ready: 1, logged_out: 2 };
  return (desk?.agents ?? [])
    .filter((agent) => agent.id !== contact.agent?.id && matches(agent.name))
    .sort((a, b) => rank[a.status] - rank[b.status] || a.name.localeCompare(b.name))
    .map((agent) => ({
      id: agent.id,
      name: agent.name,
      about: t(`status.${agent.status}`),
      status: agent.status,
    }));
}

interface Props {
  contact: Contact;
  title: string;
  onChoose: (target: Target | null) => void;
}

export function TargetPicker({ contact, title, onChoose }: Props) {
  const { t } = useTexts();
  const [kind, setKind] = useState<Kind>("queue");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const options = useOptions(contact, kind, search);
  const choose = (id: string | null, of = kind) => {
    setKind(of);
    setChosen(id);
    onChoose(id === null ? null : of === "queue" ? { queue: id } : { agent: id });
  };
  return (
    <>
      <div className="segments" role="group" aria-label={title}>
        <button type="button" aria-pressed={kind === "queue"} onClick={() => choose(null, "queue")}>
          {t("transfer.queue")}
        </button>
        <button type="button" aria-pressed={kind === "agent"} onClick={() => choose(null, "agent")}>
          {t("transfer.agent")}
        </button>
      </div>
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
        aria-label={t(kind === "queue" ? "transfer.queue" : "transfer.agent")}
        selectionMode="single"
        selectedKeys={chosen === null ? [] : [chosen]}
        onSelectionChange={(keys: Selection) =>
          choose(keys === "all" ? null : String([...keys][0] ?? "") || null)
        }
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
    </>
  );
}
