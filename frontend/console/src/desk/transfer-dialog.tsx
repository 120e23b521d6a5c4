/** Hand a contact on: to a queue, where it keeps its waiting time, or to one person. */
import { useState } from "react";
import { ListBox, ListBoxItem, type Selection } from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { StatusDot } from "../ui/bits";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useBusy, useContactActions } from "./actions";
import "./transfer-dialog.css";

type Kind = "queue" | "agent";

interface Target {
  id: string;
  name: string;
  about: string | null;
  status: string | null;
}

function useTargets(contact: Contact, kind: Kind, search: string): Target[] {
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

export function TransferDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const { transfer } = useContactActions();
  const busy = useBusy(contact.id);
  const [kind, setKind] = useState<Kind>("queue");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const targets = useTargets(contact, kind, search);

  const submit = async () => {
    if (chosen === null) return;
    const done = await transfer(contact.id, kind === "queue" ? { queue: chosen } : { agent: chosen }, note);
    if (!done) return;
    toast("ok", t("transfer.done"));
    onClose();
  };
  const choose = (next: Kind) => {
    setKind(next);
    setChosen(null);
  };
  return (
    <Dialog
      title={t("transfer.title")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind="primary"
            icon="transfer"
            isDisabled={busy || chosen === null}
            onPress={() => void submit()}
          >
            {t("transfer.submit")}
          </Button>
        </>
      }
    >
      <div className="transfer">
        <div className="segments" role="group" aria-label={t("transfer.title")}>
          <button type="button" aria-pressed={kind === "queue"} onClick={() => choose("queue")}>
            {t("transfer.queue")}
          </button>
          <button type="button" aria-pressed={kind === "agent"} onClick={() => choose("agent")}>
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
          className="transfer-list"
          aria-label={t(kind === "queue" ? "transfer.queue" : "transfer.agent")}
          selectionMode="single"
          selectedKeys={chosen === null ? [] : [chosen]}
          onSelectionChange={(keys: Selection) =>
            setChosen(keys === "all" ? null : String([...keys][0] ?? "") || null)
          }
          items={targets}
          renderEmptyState={() => <p className="transfer-none">{t("transfer.none")}</p>}
        >
          {(target) => (
            <ListBoxItem className="transfer-target" textValue={target.name}>
              {({ isSelected }) => (
                <>
                  {target.status ? <StatusDot status={target.status} /> : <Icon name="columns" size={18} />}
                  <span className="truncate">{target.name}</span>
                  {target.about && <small>{target.about}</small>}
                  {isSelected && <Icon name="check" size={18} />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
        <TextField label={t("transfer.note")} rows={2} value={note} onChange={setNote} maxLength={2000} />
        <p className="transfer-hint">{t("transfer.keepsPlace")}</p>
      </div>
    </Dialog>
  );
}
