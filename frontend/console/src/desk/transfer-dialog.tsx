/** Hand a contact on: to a queue, where it keeps its waiting time, to one person, or a call to a number outside. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CallRead } from "../api/calls";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { prettyAddress } from "../lib/format";
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
  const client = useQueryClient();
  const skills = useDesk()?.skills ?? [];
  const busy = useBusy(contact.id);
  const calling = useCallBusy(contact.id);
  const [kind, setKind] = useState<TargetKind>("queue");
  const [target, setTarget] = useState<Target | null>(null);
  const [needs, setNeeds] = useState(contact.own_needs);
  const [note, setNote] = useState("");

  const forwardTo = async (number: string): Promise<boolean> => {
    const leg = await forward(number);
    if (leg === null) return false;
    // A number that is busy may be told of before this is.
    const call = client.getQueryData<CallRead>(["call", contact.id])?.call;
    const missed = call?.unanswered.some((one) => one.leg === leg) ?? false;
    if (!missed) toast("ok", t("calls.forwarding", { number: prettyAddress(number) }), leg);
    return true;
  };
  const handOn = async (): Promise<boolean> => {
    if (target === null) return false;
    if ("number" in target) return await forwardTo(target.number);
    const wanted = tidyNeeds(needs);
    if (!sameNeeds(wanted, contact.own_needs) && !(await askFor(contact.id, wanted))) return false;
    if (!(await transfer(contact.id, target, note))) return false;
    toast("ok", t("transfer.done"));
    return true;
  };
  const submit = async () => {
    if (await handOn()) onClose();
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
