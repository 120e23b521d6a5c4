/** Change what one contact asks on top of its queue. */
import { useState } from "react";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { NeedsEditor, tidyNeeds } from "../ui/needs-editor";
import { Intervention } from "./intervention";

export function NeedsDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const skills = useDesk()?.skills ?? [];
  const [needs, setNeeds] = useState(contact.own_needs);
  return (
    <Intervention
      contact={contact}
      title={t("interventions.needsTitle")}
      submit={t("actions.save")}
      done={t("interventions.needsDone")}
      method="PUT"
      verb="needs"
      body={tidyNeeds(needs)}
      onClose={onClose}
    >
      <p className="transfer-hint">{t("interventions.needsLead", { queue: contact.queue.name })}</p>
      <NeedsEditor value={needs} skills={skills} onChange={setNeeds} />
    </Intervention>
  );
}
