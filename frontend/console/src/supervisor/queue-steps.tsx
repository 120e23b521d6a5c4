/** The steps by which a queue asks less, the longer a contact waits. */
import type { RelaxationStep } from "../api/types";
import { useTexts } from "../i18n";
import { Button, IconButton } from "../ui/controls";
import { SkillSet } from "../ui/needs-editor";
import { textIn } from "./configuration";
import { Check, Chips, NumberField, ProblemText, Section, type PartProps } from "./queue-fields";
import { nextStep, toggled } from "./queue-model";

export function StepsSection({ queue, onChange, document }: PartProps) {
  const { t, language } = useTexts();
  const steps = queue.relaxation;
  const skills = Object.entries(document.skills).map(([id, texts]) => ({
    id,
    name: textIn(texts, language, id),
  }));
  const profiles = Object.entries(document.profiles).map(([id, { name }]) => ({ id, name }));
  const set = (at: number, step: RelaxationStep) =>
    onChange({ ...queue, relaxation: steps.map((one, index) => (index === at ? step : one)) });
  return (
    <Section title={t("queueEditor.steps")} hint={t("queueEditor.stepsHint")}>
      {steps.map((step, at) => (
        <Step
          key={at}
          at={at}
          step={step}
          skills={skills}
          profiles={profiles}
          onChange={(changed) => set(at, changed)}
          onRemove={() => onChange({ ...queue, relaxation: steps.filter((_, index) => index !== at) })}
        />
      ))}
      <Button
        size="s"
        icon="plus"
        onPress={() => onChange({ ...queue, relaxation: [...steps, nextStep(steps)] })}
      >
        {t("queueEditor.addStep")}
      </Button>
      <ProblemText path="relaxation" />
    </Section>
  );
}

interface StepProps {
  at: number;
  step: RelaxationStep;
  skills: readonly { id: string; name: string }[];
  profiles: readonly { id: string; name: string }[];
  onChange: (step: RelaxationStep) => void;
  onRemove: () => void;
}

function Step({ at, step, skills, profiles, onChange, onRemove }: StepProps) {
  const { t } = useTexts();
  const path = `relaxation[${at}]`;
  return (
    <fieldset className="queue-step">
      <legend>{t("queueEditor.step", { number: at + 1 })}</legend>
      <div className="queue-step-head">
        <NumberField
          label={t("queueEditor.after")}
          path={`${path}.after_seconds`}
          min={0}
          value={step.after_seconds}
          onChange={(after_seconds) => onChange({ ...step, after_seconds })}
        />
        <IconButton icon="trash" label={t("queueEditor.removeStep", { number: at + 1 })} onPress={onRemove} />
      </div>
      <SkillSet
        title={t("queueEditor.lower")}
        value={step.lower}
        skills={skills}
        onChange={(lower) => onChange({ ...step, lower })}
      />
      <ProblemText path={`${path}.lower`} deep />
      <Check
        label={t("queueEditor.dropPreferred")}
        checked={step.drop_preferred}
        onChange={(drop_preferred) => onChange({ ...step, drop_preferred })}
      />
      <Chips
        legend={t("queueEditor.drop")}
        path={`${path}.drop`}
        options={skills}
        chosen={step.drop}
        onToggle={(skill, on) => onChange({ ...step, drop: toggled(step.drop, skill, on) })}
      />
      <Chips
        legend={t("queueEditor.profiles")}
        path={`${path}.profiles`}
        options={profiles}
        chosen={step.profiles}
        onToggle={(profile, on) => onChange({ ...step, profiles: toggled(step.profiles, profile, on) })}
      />
      <ProblemText path={path} />
    </fieldset>
  );
}
