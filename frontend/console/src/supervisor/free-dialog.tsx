/** Close what is stuck; the reason is kept. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Contact } from "../api/types";
import { useConsole } from "../context";
import { customerName } from "../desk/conversations";
import { errorText, useTexts } from "../i18n";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { toast } from "../ui/toasts";

export function FreeDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const { act } = useConsole();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      await act("POST", `/contacts/${encodeURIComponent(contact.id)}/close`, { reason: reason.trim() });
      void client.invalidateQueries({ queryKey: ["contacts"] });
      toast("ok", t("supervisor.freeDone"));
      onClose();
    } catch (error) {
      setBusy(false);
      toast("bad", errorText(t, error));
    }
  };
  return (
    <Dialog
      title={t("supervisor.freeTitle")}
      size="s"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="danger" isDisabled={busy || reason.trim() === ""} onPress={() => void submit()}>
            {t("supervisor.free")}
          </Button>
        </>
      }
    >
      <p className="dialog-lead">
        <strong>{customerName(contact)}</strong> · {contact.queue.name}
      </p>
      <p className="dialog-lead">{t("supervisor.freeLead")}</p>
      <TextField
        label={t("supervisor.freeReason")}
        value={reason}
        onChange={setReason}
        rows={2}
        maxLength={200}
      />
    </Dialog>
  );
}
