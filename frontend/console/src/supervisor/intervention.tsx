/** The frame of the dialogs that change one contact: who it is, one action, its failure shown. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Contact } from "../api/types";
import { useConsole } from "../context";
import { customerName } from "../desk/conversations";
import { errorText, useTexts } from "../i18n";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { toast } from "../ui/toasts";

interface Props {
  contact: Contact;
  title: string;
  submit: string;
  done: string;
  method?: "POST" | "PUT";
  verb: "move" | "priority" | "needs";
  /** What is sent; null while something is missing. */
  body: object | null;
  onClose: () => void;
  children: ReactNode;
}

export function Intervention(props: Props) {
  const { contact, title, submit, done, method = "POST", verb, body, onClose, children } = props;
  const { t } = useTexts();
  const { act } = useConsole();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    if (body === null) return;
    setBusy(true);
    try {
      await act(method, `/contacts/${encodeURIComponent(contact.id)}/${verb}`, { ...body });
      void client.invalidateQueries({ queryKey: ["contacts"] });
      void client.invalidateQueries({ queryKey: ["contact", contact.id] });
      toast("ok", done);
      onClose();
    } catch (error) {
      setBusy(false);
      toast("bad", errorText(t, error));
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="primary" isDisabled={busy || body === null} onPress={() => void run()}>
            {submit}
          </Button>
        </>
      }
    >
      <div className="intervention">
        <p className="dialog-lead">
          <strong>{customerName(contact)}</strong> · {contact.queue.name}
        </p>
        {children}
      </div>
    </Dialog>
  );
}
