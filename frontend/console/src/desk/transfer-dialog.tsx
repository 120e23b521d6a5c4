/** Hand a contact on: to a queue, where it keeps its waiting time, or to one person; with what it asks for now. */
import { useState } from "react";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { NeedsEditor, sameNeeds, tidyNeeds } from "../ui/needs-editor";
import { toast } from "../ui/toasts";
import { useBusy, useContactActions } from "./actions";
import { TargetPicker, type Target } from "./target-picker";
import "./transfer-dialog.css";

export function TransferDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const { askFor, transfer } = useContactActions();
  const skills = useDesk()?.skills ?? [];
  const busy = useBusy(contact.id);
  const [target, setTarget] = useState<Target | null>(null);
  const [needs, setNeeds] = useState(contact.own_needs);
  const [note, setNote] = useState("");

  const submit = async () => {
    if (target === null) return;
    const wanted = tidyNeeds(needs);
    if (!sameNeeds(wanted, contact.own_needs) && !(await askFor(contact.id, wanted))) return;
    if (!(await transfer(contact.id, target, note))) return;
    toast("ok", t("transfer.done"));
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
            isDisabled={busy || target === null}
            onPress={() => void submit()}
          >
            {t("transfer.submit")}
          </Button>
        </>
      }
    >
      <div className="transfer">
        <TargetPicker contact={contact} title={t("transfer.title")} onChoose={setTarget} />
        <details className="transfer-needs">
          <summary>{t("interventions.transferNeeds")}</summary>
          <NeedsEditor value={needs} skills={skills} onChange={setNeeds} />
        </details>
        <TextField label={t("transfer.note")} rows={2} value={note} onChange={setNote} maxLength={2000} />
        <p className="transfer-hint">{t("transfer.keepsPlace")}</p>
      </div>
    </Dialog>
  );
}
