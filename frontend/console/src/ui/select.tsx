/** One of several, in the browser's own list: works everywhere, with every keyboard. */
import { useId } from "react";
import { Icon } from "./icons";
import "./select.css";

interface Props {
  label: string;
  options: readonly { id: string; name: string }[];
  value: string;
  onChange: (id: string) => void;
  hideLabel?: boolean;
  isDisabled?: boolean;
}

export function Select({ label, options, value, onChange, hideLabel = false, isDisabled = false }: Props) {
  const id = useId();
  return (
    <span className="select-field">
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      <span className="select">
        <select
          id={id}
          value={value}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.id} value={option.id}>
              {option.name}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={16} />
      </span>
    </span>
  );
}
