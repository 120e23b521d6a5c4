/** Statistics as the API tells them. Shares are 0 to 1, durations seconds, null: nobody to tell of. */
import type { Named } from "./types";

export interface ContactFigures {
  offered: number;
  answered: number;
  answered_within: number;
  abandoned: number;
  short_abandoned: number;
  refused: number;
  other: number;
  handled: number;
  service_level: number | null;
  abandonment: number | null;
  asa_seconds: number | null;
  aht_seconds: number | null;
  talk_seconds: number;
  wrap_up_seconds: number;
}

export interface AgentFigures {
  staffed_seconds: number;
  available_seconds: number;
  busy_seconds: number;
  voice_seconds: number;
  live_seconds: number;
  async_seconds: number;
  only_wrap_up_seconds: number;
  not_ready_seconds: Record<string, number>;
  answered: number;
  occupancy: number | null;
  aht_seconds: number | null;
  talk_seconds: number;
  wrap_up_seconds: number;
}

interface Line extends Named {
  start: string;
  end: string;
}

export type ContactLine = Line & ContactFigures;
export type AgentLine = Line & AgentFigures;

export const INTERVALS = ["30m", "1h", "1d"] as const;
export const KEYS = ["queue", "channel", "total", "agent"] as const;
export type IntervalId = (typeof INTERVALS)[number];
export type Key = (typeof KEYS)[number];

export interface Report {
  since: string;
  until: string;
  interval: IntervalId;
  by: Key;
  time_zone: string;
  contacts: ContactLine[];
  contact_totals: ContactLine[];
  agents: AgentLine[];
  agent_totals: AgentLine[];
}

export const WINDOWS = ["interval", "15m", "30m", "today"] as const;
export type WindowId = (typeof WINDOWS)[number];

export interface LiveWindow {
  id: WindowId;
  since: string;
  total: ContactFigures;
  queues: (Named & ContactFigures)[];
  channels: (Named & ContactFigures)[];
  groups: (Named & AgentFigures)[];
}

export interface LiveStatistics {
  at: string;
  windows: LiveWindow[];
}
