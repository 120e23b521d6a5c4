/** Fields of the queue editor; each knows its path and shows what is wrong there. */
import { createContext, useContext, useId, type ReactNode } from "react";
import type { ConfigurationDocument, Queue } from "../api/types";
import { Icon } from "../ui/icons";

/** What is wrong, by path inside the queue. */
export const Problems = createContext<ReadonlyMap<string, string>>(new Map());

export interface PartProps {
  queue: Queue;
  onChange: (queue: Queue) => void;
  document: ConfigurationDocument;
  /** The queue's own id. */
  id: string;
}

/** The problem at `path`, or at something inside it when `deep`. */
export function useProblem(path: string, deep = false): string | undefined {
  const problems = useContext(Problems);
  const exact = problems.get(path);
  if (exact !== undefined || !deep) return exact;
  return [...problems].find(([where]) => where.startsWith(`${path}.`) || where.startsWith(`${path}[`))?.[1];
}

export function ProblemText({ path, deep = false, id }: { path: string; deep?: boolean; id?: string }) {
  const problem = useProblem(path, deep);
  if (problem === undefined) return null;
  return (
    <p className="queue-problem" id={id}>
      <Icon name="alert" size={14} /> {problem}
    </p>
  );
}

interface SectionProps {
  title: string;
  hint?: string;
  children: ReactNode;
}

export function Section({ title, hint, children }: SectionProps) {
  const id = useId();
  return (
    <section className="queue-section" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {hint !== undefined && <p className="queue-hint">{hint}</p>}
      {children}
    </section>
  );
}

interface NumberProps {
  label: string;
  path: string;
  value: number;
  onChange: (value: number) => void;
  hint?: string;
  min?: number;
  max?: number;
}

/** A number; NaN is an empty field. */
export function NumberField({ label, path, value, onChange, hint, min, max }: NumberProps) {
  const id = useId();
  const problem = useProblem(path);
  const described = [hint !== undefined && `${id}-hint`, problem !== undefined && `${id}-problem`];
  return (
    <div className="field" data-invalid={problem !== undefined || undefined}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        className="input"
        id={id}
        type="number"
        step="any"
        inputMode="decimal"
        min={min}
        max={max}
        value={Number.isNaN(value) ? "" : value}
        aria-invalid={problem !== undefined}
        aria-describedby={described.filter(Boolean).join(" ") || undefined}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      {hint !== undefined && (
        <span className="field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <ProblemText path={path} id={`${id}-problem`} />
    </div>
  );
}

interface ChipsProps {
  legend: string;
  path: string;
  options: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onToggle: (id: string, on: boolean) => void;
}

/** Several of a few. */
export function Chips({ legend, path, options, chosen, onToggle }: ChipsProps) {
  return (
    <fieldset className="queue-chips">
      <legend className="field-label">{legend}</legend>
      {options.map(({ id, name }) => (
        <label key={id} className="check-chip" data-on={chosen.includes(id) || undefined}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onToggle(id, event.target.checked)}
          />
          <span>{name}</span>
        </label>
      ))}
      <ProblemText path={path} deep />
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="profile-exclusive">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
