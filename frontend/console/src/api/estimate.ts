/** Seconds from now: half of those who wait are answered within p50, four in five within p80. */
export interface Estimate {
  p50: number;
  p80: number;
}
