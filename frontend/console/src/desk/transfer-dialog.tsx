/** Hand a contact on: to a queue, where it keeps its waiting time, to one person, or a call to a number outside. */
import { useState } from "react";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { NeedsEditor, sameNeeds, tidyNeeds } from "../ui/needs-editor";
import { toast } from "../ui/toasts";
import { useBusy, useContactActions } from "./actions";
import { useCallActions, useCallBusy } from "./call-actions";
import { TargetPicker, type Target, type TargetKind } from "./target-picker";
import "./transfer-dialog.css";

export function TransferDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const { askFor, transfer } = useContactActions();
  const { forward } = useCallActions(contact.id);
  const skills = useDesk()?.skills ?? [];
  const busy = useBusy(contact.id);
  const calling = useCallBusy(contact.id);
  const [kind, setKind] = useState<TargetKind>("queue");
  const [target, setTarget] = useState<Target | null>(null);
  const [needs, setNeeds] = useState(contact.own_needs);
  const [note, setNote] = useState("");

  const handOn = async (): Promise<string | null> => {
    if (target === null) return null;
    if ("number" in target) {
      const number = target.number;
      return (await forward(number)) ? t("calls.forwarding", { number }) : null;
    }
    const wanted = tidyNeeds(needs);
    if (!sameNeeds(wanted, contact.own_needs) && !(await askFor(contact.id, wanted))) return null;
    return (await transfer(contact.id, target, note)) ? t("transfer.done") : null;
  };
  const submit = async () => {
    const done = await handOn();
    if (done === null) return;
    toast("ok", done);
    onClose();
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
            isDisabled={busy || (kind === "number" && calling) || target === null}
            onPress={() => void submit()}
          >
            {t("transfer.submit")}
          </Button>
        </>
      }
    >
      <div className="transfer">
        <TargetPicker
          contact={contact}
          title={t("transfer.title")}
          kinds={contact.media === "voice" ? ["queue", "agent", "number"] : ["queue", "agent"]}
          onChoose={(chosen, of) => {
            setTarget(chosen);
            setKind(of);
          }}
        />
        {kind !== "number" && (
          <>
            <details className="transfer-needs">
              <summary>{t("interventions.transferNeeds")}</summary>
              <NeedsEditor value={needs} skills={skills} onChange={setNeeds} />
            </details>
            <TextField label={t("transfer.note")} rows={2} value={note} onChange={setNote} maxLength={2000} />
          </>
        )}
        <p className="transfer-hint">{t(kind === "number" ? "calls.forwardHint" : "transfer.keepsPlace")}</p>
      </div>
    </Dialog>
  );
}
