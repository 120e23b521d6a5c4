/** Exponential back-off with full jitter above a floor, so that a fleet does not return at once. */
export interface Backoff {
  /** Seconds of the first ceiling. */
  base: number;
  /** Seconds that no delay exceeds. */
  cap: number;
}

/** Seconds to wait before attempt `attempt` (0 is the first retry). `random` is in [0, 1). */
export function delay(
  attempt: number,
  random: number,
  { base, cap }: Backoff = { base: 0.5, cap: 20 },
): number {
  const ceiling = Math.min(cap, base * 2 ** Math.min(attempt, 16));
  return ceiling / 2 + (random * ceiling) / 2;
}
