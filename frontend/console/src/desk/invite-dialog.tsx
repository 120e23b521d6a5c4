/** Call somebody into the call: to ask them while the customer waits, to talk together, or to give the call away. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ListBox, ListBoxItem, type Selection } from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { StatusDot } from "../ui/bits";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { useBusy } from "./actions";
import { numberOf, useCallActions, type Guest } from "./call-actions";
import "./target-picker.css";

export function InviteDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const actions = useCallActions(contact.id);
  const busy = useBusy(contact.id);
  const [kind, setKind] = useState<"agent" | "number">("agent");
  const [agent, setAgent] = useState<string | null>(null);
  const [text, setText] = useState("");
  const number = numberOf(text);
  const guest: Guest | null =
    kind === "agent" ? (agent === null ? null : { agent }) : number === null ? null : { number };
  const close = async (work: Promise<boolean>) => {
    if (await work) onClose();
  };
  const none = busy || guest === null;
  return (
    <Dialog
      title={t("calls.inviteTitle")}
      onClose={onClose}
      footer={
        <>
          {kind === "number" && (
            <Button isDisabled={none} onPress={() => number !== null && void close(actions.forward(number))}>
              {t("calls.forward")}
            </Button>
          )}
          <Button isDisabled={none} onPress={() => guest && void close(actions.invite(guest, false))}>
            {t("calls.together")}
          </Button>
          <Button
            kind="primary"
            icon="phone"
            isDisabled={none}
            onPress={() => guest && void close(actions.invite(guest, true))}
          >
            {t("calls.consult")}
          </Button>
        </>
      }
    >
      <div className="invite">
        <div className="segments" role="group" aria-label={t("calls.inviteTitle")}>
          <button type="button" aria-pressed={kind === "agent"} onClick={() => setKind("agent")}>
            {t("calls.toAgent")}
          </button>
          <button type="button" aria-pressed={kind === "number"} onClick={() => setKind("number")}>
            {t("calls.toNumber")}
          </button>
        </div>
        {kind === "agent" ? (
          <AgentPicker contact={contact} chosen={agent} onChoose={setAgent} />
        ) : (
          <TextField
            label={t("calls.number")}
            hint={text !== "" && number === null ? t("calls.badNumber") : t("calls.numberHint")}
            value={text}
            onChange={setText}
            type="tel"
          />
        )}
        <p className="invite-hint">
          {t("calls.consultHint")} {kind === "number" && t("calls.forwardHint")}
        </p>
      </div>
    </Dialog>
  );
}

interface PickerProps {
  contact: Contact;
  chosen: string | null;
  onChoose: (agent: string | null) => void;
}

const RANK = { available: 0, not_ready: 1, logged_out: 2 };

function AgentPicker({ contact, chosen, onChoose }: PickerProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [search, setSearch] = useState("");
  // Who is there now, not a minute ago.
  useEffect(() => void client.invalidateQueries({ queryKey: ["desk"] }), [client]);
  const wanted = search.trim().toLowerCase();
  const agents = (useDesk()?.agents ?? [])
    .filter((one) => one.id !== contact.agent?.id && one.status !== "logged_out")
    .filter((one) => one.name.toLowerCase().includes(wanted))
    .sort((a, b) => RANK[a.status] - RANK[b.status] || a.name.localeCompare(b.name));
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
        aria-label={t("calls.toAgent")}
        selectionMode="single"
        selectedKeys={chosen === null ? [] : [chosen]}
        onSelectionChange={(keys: Selection) =>
          onChoose(keys === "all" ? null : String([...keys][0] ?? "") || null)
        }
        items={agents}
        renderEmptyState={() => <p className="target-none">{t("transfer.none")}</p>}
      >
        {(one) => (
          <ListBoxItem className="target" textValue={one.name}>
            {({ isSelected }) => (
              <>
                <StatusDot status={one.status} />
                <span className="truncate">{one.name}</span>
                <small>{t(`status.${one.status}`)}</small>
                {isSelected && <Icon name="check" size={18} />}
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </>
  );
}
