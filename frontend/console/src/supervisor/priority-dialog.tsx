/** Give one contact another head start, or put it before all others. */
import { useState } from "react";
import type { Contact } from "../api/types";
import { useTexts } from "../i18n";
import { TextField } from "../ui/controls";
import { Intervention } from "./intervention";

/** Minutes of a week: more than that says nothing. */
const MOST = 10_080;

export function PriorityDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const before = String(Math.round(contact.own_priority / 6) / 10);
  const [minutes, setMinutes] = useState(before);
  const [hazard, setHazard] = useState(contact.hazard);
  const number = Number(minutes.trim().replace(",", ".").replace("−", "-"));
  const fits = minutes.trim() !== "" && Number.isFinite(number) && Math.abs(number) <= MOST;
  const body = {
    ...(minutes === before ? {} : { priority_seconds: number * 60 }),
    ...(hazard === contact.hazard ? {} : { hazard }),
  };
  return (
    <Intervention
      contact={contact}
      title={t("interventions.priorityTitle")}
      submit={t("actions.save")}
      done={t("interventions.prioritised")}
      verb="priority"
      body={fits && Object.keys(body).length > 0 ? body : null}
      onClose={onClose}
    >
      <label className="check">
        <input type="checkbox" checked={hazard} onChange={(event) => setHazard(event.target.checked)} />
        {t("interventions.hazard")}
      </label>
      <TextField
        label={t("interventions.headStart")}
        hint={fits ? t("interventions.headStartHint") : t("interventions.badNumber", { most: MOST })}
        value={minutes}
        onChange={setMinutes}
        inputMode="decimal"
        isInvalid={!fits}
      />
    </Intervention>
  );
}
