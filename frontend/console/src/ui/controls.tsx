/** Buttons, fields and menus with our look over react-aria's behaviour. */
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  Tooltip,
  TooltipTrigger,
  type ButtonProps as AriaButtonProps,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import { Icon, type IconName } from "./icons";

interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  kind?: "primary" | "plain" | "quiet" | "danger" | undefined;
  size?: "m" | "s" | undefined;
  icon?: IconName | undefined;
  /** What it does, in a tooltip. */
  tip?: string | undefined;
  /** Shown in the tooltip. */
  shortcut?: string | undefined;
  children: ReactNode;
}

export function Button({ kind = "plain", size = "m", icon, tip, shortcut, children, ...rest }: ButtonProps) {
  const button = (
    <AriaButton {...rest} className={`button button-${kind} button-${size}`}>
      {icon && <Icon name={icon} size={size === "s" ? 16 : 18} />}
      {children}
    </AriaButton>
  );
  return tip === undefined ? (
    button
  ) : (
    <Tip text={tip} shortcut={shortcut} placement="bottom">
      {button}
    </Tip>
  );
}

interface TipProps {
  text: string;
  shortcut?: string | undefined;
  placement?: "top" | "bottom";
  children: ReactNode;
}

function Tip({ text, shortcut, placement = "top", children }: TipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <Tooltip className="tooltip" offset={6} placement={placement}>
        {text}
        {shortcut && <kbd className="kbd kbd-on-dark">{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  icon: IconName;
  label: string;
  /** Shown after the name in the tooltip. */
  shortcut?: string | undefined;
  active?: boolean | undefined;
  size?: "m" | "s" | undefined;
}

/** A button that is only an icon; its name is read out and shown as a tooltip. */
export function IconButton({ icon, label, shortcut, active, size = "m", ...rest }: IconButtonProps) {
  return (
    <Tip text={label} shortcut={shortcut}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={`icon-button icon-button-${size}${active ? " is-active" : ""}`}
      >
        <Icon name={icon} size={size === "s" ? 16 : 20} />
      </AriaButton>
    </Tip>
  );
}

interface FieldProps extends Omit<AriaTextFieldProps, "className" | "children"> {
  label: string;
  hint?: string | undefined;
  placeholder?: string | undefined;
  rows?: number | undefined;
  icon?: IconName | undefined;
  hideLabel?: boolean | undefined;
}

export function TextField({ label, hint, placeholder, rows, icon, hideLabel, ...rest }: FieldProps) {
  return (
    <AriaTextField {...rest} className="field">
      <Label className={hideLabel ? "visually-hidden" : "field-label"}>{label}</Label>
      <span className={icon ? "field-box has-icon" : "field-box"}>
        {icon && <Icon name={icon} size={16} />}
        {rows ? (
          <TextArea className="input" rows={rows} placeholder={placeholder} />
        ) : (
          <Input className="input" placeholder={placeholder} />
        )}
      </span>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
    </AriaTextField>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="kbd">{children}</kbd>;
}
