/** Explanations: why a contact waits, what a person could take. See docs/explanation.md. */
import type { ContactState, MediaClass, Named, Requirement } from "./types";

/** One of each of `required`; `wished` only comes first; people of `profiles` need none of it. */
export interface AskedNow {
  required: Requirement[][];
  wished: Requirement[][];
  profiles: Named[];
}

export interface Step {
  after_seconds: number;
  at: string | null;
  state: "waited" | "absence" | "pending";
  able: number;
  lower: Record<string, number>;
  drop: string[];
  drop_preferred: boolean;
  profiles: Named[];
}

export interface Candidate {
  id: string;
  name: string;
  refusal: string | null;
  until: string | null;
  reason: string | null;
}

export interface Group {
  profile: Named;
  refusal: string | null;
  members: number;
  signed_in: number;
  ready: number;
  refused: Record<string, number>;
  ahead: number;
  people: Candidate[];
}

export interface Waiting {
  waited_seconds: number;
  /** Seconds from now: half of such contacts wait less than `p50`, four in five less than `p80`. */
  estimate: { p50: number; p80: number } | null;
  queued_at: string;
  head_start_seconds: number;
  hazard: boolean;
  position: number | null;
  in_line: number;
  asked: AskedNow;
  level: number;
  steps: Step[];
  able: number;
  ever: boolean;
  reserved: { agent: Named; until: string | null } | null;
  kept: boolean;
  opens_at: string | null;
  day: string | null;
  groups: Group[];
}

/** Whom a queue prefers of those who may take a contact. */
export type AgentChoice =
  | "longest_idle"
  | "most_proficient"
  | "least_proficient"
  | "least_occupied"
  | "fewest_contacts"
  | "spare_generalist";

export interface PastDecision {
  offer_id: string;
  agent: Named;
  at: string;
  cause: string;
  choice: AgentChoice;
  steps: number;
  proficiency: number;
  ready: number;
  waited_seconds: number;
  refused: Record<string, number>;
  configuration_version: number;
  outcome: string | null;
  ended_at: string | null;
  reason: string | null;
}

export interface ContactExplanation {
  id: string;
  state: ContactState;
  queue: Named;
  channel: string;
  media: MediaClass;
  at: string;
  configuration_version: number;
  waiting: Waiting | null;
  decisions: PastDecision[];
}

export interface Line {
  queue: Named;
  channel: string;
  media: MediaClass;
  hazard: boolean;
  asked: AskedNow;
  level: number;
  waiting: number;
  oldest: string;
  refusal: string | null;
}

export interface Abilities {
  profile: Named;
  skills: Record<string, number>;
  capacity: Record<MediaClass, number>;
  now: Record<MediaClass, string | null>;
  waiting: number;
  served: Line[];
  others: Line[];
}

export interface WhatIf extends Abilities {
  gained: Line[];
  gained_waiting: number;
  lost: Line[];
  lost_waiting: number;
}

export interface AgentExplanation {
  id: string;
  name: string;
  status: string;
  reason: string | null;
  at: string;
  configuration_version: number;
  abilities: Abilities;
  reserved: Record<string, number>;
  what_if: WhatIf | null;
}
