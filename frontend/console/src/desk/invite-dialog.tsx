/** Bring somebody into the call, a queue, a colleague or a number: to ask them while the customer waits, or to talk together. */
import { useState } from "react";
import type { CallNow } from "../api/calls";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { useCallActions, useCallBusy } from "./call-actions";
import { TargetPicker, type Target, type TargetKind } from "./target-picker";

interface Props {
  contact: Contact;
  call: CallNow | undefined;
  onClose: () => void;
}

export function InviteDialog({ contact, call, onClose }: Props) {
  const { t } = useTexts();
  const actions = useCallActions(contact.id);
  const busy = useCallBusy(contact.id);
  // Whom one was waiting for when the dialog was opened: it does not change under the reader's hands.
  const [asking] = useState(call !== undefined && call.consult !== null);
  const [kind, setKind] = useState<TargetKind>(asking ? "number" : "queue");
  const [target, setTarget] = useState<Target | null>(null);
  const [note, setNote] = useState("");
  const bring = async (hold: boolean) => {
    if (target === null) return;
    const work =
      "number" in target ? actions.invite(target.number, hold) : actions.consult(target, hold, note);
    if (await work) onClose();
  };
  const none = busy || target === null;
  return (
    <Dialog
      title={t("calls.inviteTitle")}
      onClose={onClose}
      footer={
        <>
          <Button isDisabled={none} onPress={() => void bring(false)}>
            {t("calls.join")}
          </Button>
          <Button kind="primary" icon="phone" isDisabled={none} onPress={() => void bring(true)}>
            {t("calls.consult")}
          </Button>
        </>
      }
    >
      <div className="transfer">
        {asking && <p className="transfer-hint">{t("calls.askedAlready")}</p>}
        <TargetPicker
          contact={contact}
          title={t("calls.inviteTitle")}
          kinds={asking ? ["number"] : ["queue", "agent", "number"]}
          names={{ queue: t("calls.toQueue"), agent: t("calls.toAgent"), number: t("calls.toNumber") }}
          free
          sameQueue
          onChoose={(chosen, of) => {
            setTarget(chosen);
            setKind(of);
          }}
        />
        {kind !== "number" && (
          <TextField label={t("calls.note")} rows={2} value={note} onChange={setNote} maxLength={2000} />
        )}
        <p className="transfer-hint">
          {t("calls.inviteHint")} {kind === "number" && t("calls.forwardElsewhere")}
        </p>
      </div>
    </Dialog>
  );
}
