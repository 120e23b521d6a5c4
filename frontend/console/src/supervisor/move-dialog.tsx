/** Send a contact that nobody holds elsewhere; it keeps its place. */
import { useState } from "react";
import type { Contact } from "../api/types";
import { TargetPicker, type Target } from "../desk/target-picker";
import { useTexts } from "../i18n";
import { Intervention } from "./intervention";

export function MoveDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const [target, setTarget] = useState<Target | null>(null);
  return (
    <Intervention
      contact={contact}
      title={t("interventions.moveTitle")}
      submit={t("interventions.moveSubmit")}
      done={t("interventions.moved")}
      verb="move"
      body={target}
      onClose={onClose}
    >
      <TargetPicker contact={contact} title={t("interventions.moveTitle")} onChoose={setTarget} />
      <p className="transfer-hint">{t("transfer.keepsPlace")}</p>
    </Intervention>
  );
}
