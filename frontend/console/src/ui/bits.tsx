/** Small shared pieces: avatar, status dot, skill scale, countdown ring. */
import { initials } from "../lib/format";
import { Icon } from "./icons";
import "./bits.css";

export function Avatar({ name, size = 32 }: { name: string; size?: number }) {
  return (
    <span className="avatar" style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden="true">
      {/^\+?\d/u.test(name) ? <Icon name="phone" size={Math.round(size * 0.5)} /> : initials(name)}
    </span>
  );
}

export function StatusDot({ status }: { status: string }) {
  return <span className="dot" data-status={status} aria-hidden="true" />;
}

/** Marks the chosen item of a menu. */
export function MenuCheck({ when }: { when: boolean }) {
  return when ? (
    <span className="menu-check">
      <Icon name="check" size={16} />
    </span>
  ) : null;
}

interface ScaleProps {
  label: string;
  minimum: number;
  yours: number | null;
}

/** Five steps: those one has are filled, the one that is asked for is marked. */
export function SkillScale({ label, minimum, yours }: ScaleProps) {
  return (
    <span className="scale" role="img" aria-label={label}>
      {[1, 2, 3, 4, 5].map((step) => (
        <span
          key={step}
          className="scale-step"
          data-filled={step <= (yours ?? 0) || undefined}
          data-asked={step === minimum || undefined}
        />
      ))}
    </span>
  );
}

interface RingProps {
  /** Share that is left, 0 to 1. */
  left: number;
  seconds: number;
  label: string;
  size?: number;
}

/** A circle that empties, with the seconds inside. */
export function CountdownRing({ left, seconds, label, size = 52 }: RingProps) {
  const radius = 20;
  const length = 2 * Math.PI * radius;
  return (
    <span className="ring" style={{ width: size, height: size }} role="timer" aria-label={label}>
      <svg viewBox="0 0 48 48" width={size} height={size} aria-hidden="true">
        <circle className="ring-track" cx="24" cy="24" r={radius} />
        <circle
          className="ring-left"
          cx="24"
          cy="24"
          r={radius}
          strokeDasharray={length}
          strokeDashoffset={length * (1 - Math.max(0, Math.min(1, left)))}
        />
      </svg>
      <span className="ring-seconds" aria-hidden="true">
        {Math.ceil(seconds)}
      </span>
    </span>
  );
}
