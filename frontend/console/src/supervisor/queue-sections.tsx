/** The plain sections of the queue editor: names, needs, who is chosen, order, times. */
import { LANGUAGES, useTexts } from "../i18n";
import { TextField } from "../ui/controls";
import { NeedsEditor } from "../ui/needs-editor";
import { Select } from "../ui/select";
import { textIn } from "./configuration";
import { Check, NumberField, ProblemText, Section, type PartProps } from "./queue-fields";
import {
  CHOICES,
  DURATIONS,
  PREFERENCES,
  preferenceName,
  withPreference,
  type PreferenceName,
} from "./queue-model";

const PERCENT = 100;
const MOST_TEXT = 80;

export function NameSection({ queue, onChange }: PartProps) {
  const { t } = useTexts();
  return (
    <div className="queue-grid queue-thirds">
      {LANGUAGES.map((language) => (
        <TextField
          key={language.id}
          label={t("queueEditor.name", { language: language.name })}
          value={queue.name[language.id] ?? ""}
          onChange={(name) => onChange({ ...queue, name: { ...queue.name, [language.id]: name } })}
          maxLength={MOST_TEXT}
        />
      ))}
      <ProblemText path="name" deep />
    </div>
  );
}

export function NeedsSection({ queue, onChange, document }: PartProps) {
  const { t, language } = useTexts();
  const skills = Object.entries(document.skills).map(([id, texts]) => ({
    id,
    name: textIn(texts, language, id),
  }));
  return (
    <Section title={t("queueEditor.needs")} hint={t("queueEditor.needsHint")}>
      <NeedsEditor value={queue} skills={skills} onChange={(needs) => onChange({ ...queue, ...needs })} />
      <ProblemText path="skills" deep />
      <ProblemText path="any_of" deep />
      <ProblemText path="preferred" deep />
    </Section>
  );
}

export function WhoSection({ queue, onChange }: PartProps) {
  const { t } = useTexts();
  const names = Object.keys(PREFERENCES) as PreferenceName[];
  const preference = queue.preferred_agent;
  return (
    <Section title={t("queueEditor.who")}>
      <div className="queue-grid">
        <Select
          label={t("queueEditor.preferred")}
          value={preferenceName(queue)}
          options={names.map((id) => ({ id, name: t(`queueEditor.preferences.${id}`) }))}
          onChange={(name) => onChange(withPreference(queue, name as PreferenceName))}
        />
        {preference !== null && (
          <NumberField
            label={t("queueEditor.preferredSeconds")}
            path="preferred_agent.seconds"
            hint={t("queueEditor.preferredHint")}
            min={1}
            value={preference.seconds}
            onChange={(seconds) => onChange({ ...queue, preferred_agent: { ...preference, seconds } })}
          />
        )}
        <Select
          label={t("queueEditor.choice")}
          value={queue.choice}
          options={CHOICES.map((id) => ({ id, name: t(`queueEditor.choices.${id}`) }))}
          onChange={(name) =>
            onChange({ ...queue, choice: CHOICES.find((one) => one === name) ?? queue.choice })
          }
        />
      </div>
      <ProblemText path="choice" />
      <ProblemText path="preferred_agent" />
    </Section>
  );
}

export function OrderSection({ queue, onChange }: PartProps) {
  const { t } = useTexts();
  const level = queue.service_level;
  const setLevel = (changes: Partial<typeof level>) =>
    onChange({ ...queue, service_level: { ...level, ...changes } });
  return (
    <Section title={t("queueEditor.order")}>
      <Check
        label={t("queueEditor.hazard")}
        checked={queue.hazard}
        onChange={(hazard) => onChange({ ...queue, hazard })}
      />
      <div className="queue-grid">
        <NumberField
          label={t("queueEditor.priority")}
          hint={t("queueEditor.priorityHint")}
          path="priority"
          value={queue.priority}
          onChange={(priority) => onChange({ ...queue, priority })}
        />
        <NumberField
          label={t("queueEditor.limit")}
          hint={t("queueEditor.limitHint")}
          path="waiting_limit"
          min={0}
          value={queue.waiting_limit ?? Number.NaN}
          onChange={(limit) => onChange({ ...queue, waiting_limit: Number.isNaN(limit) ? null : limit })}
        />
        <NumberField
          label={t("queueEditor.share")}
          path="service_level.share"
          min={1}
          max={PERCENT}
          value={round(level.share * PERCENT)}
          onChange={(share) => setLevel({ share: share / PERCENT })}
        />
        <NumberField
          label={t("queueEditor.within")}
          path="service_level.seconds"
          min={1}
          value={level.seconds}
          onChange={(seconds) => setLevel({ seconds })}
        />
      </div>
    </Section>
  );
}

/** What holds for calls only. */
export function CallsSection({ queue, onChange }: PartProps) {
  const { t } = useTexts();
  return (
    <Section title={t("queueEditor.calls")} hint={t("queueEditor.recordedHint")}>
      <Check
        label={t("queueEditor.recorded")}
        checked={queue.recorded}
        onChange={(recorded) => onChange({ ...queue, recorded })}
      />
      <ProblemText path="recorded" />
    </Section>
  );
}

/** Without the tail that a share gets from being multiplied. */
function round(value: number): number {
  return Number.isNaN(value) ? value : Number(value.toFixed(4));
}

export function TimesSection({ queue, onChange }: PartProps) {
  const { t } = useTexts();
  return (
    <Section title={t("queueEditor.times")}>
      <div className="queue-grid">
        {DURATIONS.map((name) => (
          <NumberField
            key={name}
            label={t(`queueEditor.${name}`)}
            path={name}
            min={0}
            value={queue[name]}
            onChange={(seconds) => onChange({ ...queue, [name]: seconds })}
          />
        ))}
      </div>
    </Section>
  );
}
