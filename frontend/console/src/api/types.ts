/** The words of docs/api.md as types. Times are ISO 8601 in UTC, durations are seconds. */
import type { Estimate } from "./estimate";
import type { LiveStatistics } from "./statistics";

export type Role = "agent" | "supervisor" | "admin";
export type Language = "es" | "pt" | "en";
export type Channel = string;
export type MediaClass = "voice" | "live" | "async";
export type AgentStatus = "available" | "not_ready" | "logged_out";
export type ContactState = "waiting" | "offered" | "connecting" | "connected" | "wrap_up" | "closed";

export interface Named {
  id: string;
  name: string;
}

export interface Account {
  id: string;
  username: string;
  name: string;
  role: Role;
  agent_id: string | null;
  language: Language | null;
}

export interface Session {
  account: Account;
  csrf_token: string;
  demo: boolean;
}

export interface DemoAccount {
  username: string;
  password: string;
  name: string;
  role: Role;
}

export interface Agent {
  id: string;
  name: string;
  profile: Named;
  status: AgentStatus;
  reason: string | null;
  status_since: string;
  connected: boolean;
  /** The reason to be not ready for, once nothing is held any more. */
  finishing: string | null;
  telephone: string | null;
}

export interface Customer {
  id: string;
  name: string | null;
  tier: string | null;
  language: string | null;
  /** The registers their accounts are on. */
  flags: string[];
}

/** Where a customer is supplied, and the outage that is known there. */
export interface Place {
  id: string;
  account: string;
  address: string;
  zone: Named;
  outage: { id: string; cause: string; started: string; restoration: string | null } | null;
  /** The number of an open report of it. */
  report: string | null;
}

/** With the agent who looks after them. */
export interface KnownCustomer extends Customer {
  account_owner: Named | null;
}

/** A skill and the least proficiency that the work asks for. */
export type Requirement = [skill: string, minimum: number];

/** What one contact asks on top of its queue: all of `skills`, one of each of `any_of`, rather `preferred` too. */
export interface Needs {
  skills: Record<string, number>;
  any_of: Record<string, number>[];
  preferred: Record<string, number>;
}

export interface Contact {
  id: string;
  channel: Channel;
  media: MediaClass;
  state: ContactState;
  state_since: string;
  queue: Named;
  priority: number;
  /** Of `priority`, what is not its queue's. */
  own_priority: number;
  /** Goes before all others. */
  hazard: boolean;
  /** Its queue was closed when it came; it is offered from the next opening on. */
  kept: boolean;
  /** How many of its queue's relaxation steps its waiting has earned. */
  relaxed: number;
  skills: Requirement[];
  any_of: Requirement[][];
  preferred: Requirement[];
  own_needs: Needs;
  arrived_at: string;
  place: string | null;
  agent: Named | null;
  reserved_for: string | null;
  customer: Customer | null;
  address: string;
  to: string;
  preview: string | null;
  last_message_at: string | null;
  connected_at: string | null;
  ended_at: string | null;
  wrap_up_until: string | null;
  closed_at: string | null;
  outcome: string | null;
  disposition: string | null;
  opted_out: boolean;
  /** It is no customer's: advice to the agent who is on a call. */
  consult: Consulted | null;
  version: number;
}

/** The call during which somebody is asked to come, and who asks; `named`: asked by name, and nobody else is. */
export interface Consulted {
  call: string;
  asked_by: string | null;
  named: boolean;
}

export type Delivery =
  "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "undelivered" | "delivery_unknown";

export interface Media {
  id: string;
  content_type: string;
  size: number | null;
  name: string | null;
  state: "ready" | "pending" | "failed";
  url: string;
}

export interface Message {
  id: string;
  contact_id: string;
  direction: "in" | "out" | "note" | "system";
  author: { kind: "customer" | "agent" | "system"; name: string | null };
  text: string;
  at: string;
  delivery: Delivery | null;
  error: string | null;
  media: Media[];
}

/** A requirement beside one's own proficiency. */
export type Compared = [skill: string, minimum: number, yours: number | null];

/** The optional ones are not in what a browser kept from an older release. */
export interface Why {
  reason: string;
  waited_seconds: number;
  skills: Compared[];
  any_of?: Compared[][];
  preferred?: Compared[];
  /** The queue's rule for whom it takes first. */
  choice?: string;
  /** How many of the queue's relaxation steps held. */
  steps?: number;
  /** The winner's, summed over what was asked. */
  proficiency?: number;
  /** How many profiles had somebody ready. */
  ready?: number;
  refused: Record<string, number>;
  configuration_version: number;
}

export interface Offer {
  id: string;
  contact: Contact;
  places: Place[];
  offered_at: string;
  deadline: string;
  why: Why;
}

export interface ContactEvent {
  at: string;
  type: string;
  agent: Named | null;
  detail: Record<string, unknown>;
}

export interface ContactDetail {
  contact: Contact;
  messages: Message[];
  events: ContactEvent[];
  estimate: Estimate | null;
}

export interface CustomerDetail {
  customer: KnownCustomer;
  contacts: Contact[];
  places: Place[];
}

/** A text by language. */
export type Texts = Partial<Record<Language, string>>;

export type Load = Record<MediaClass, number>;

export interface AgentLoad extends Agent {
  contacts: Load;
  offered: boolean;
  capacity: Load;
}

export interface QueueLoad extends Named {
  waiting: number;
  longest_wait_since: string | null;
  offered: number;
  connected: number;
  wrap_up: number;
  agents_available: number;
  estimate: Estimate | null;
}

export interface Overview {
  queues: QueueLoad[];
  agents: AgentLoad[];
  waiting: Contact[];
  ledger: { offered: number; open: number; outcomes: Record<string, number> };
  statistics: LiveStatistics | null;
}

export interface Profile {
  name: string;
  channels: Channel[];
  capacity: Load;
  skills: Record<string, number>;
  exclusive_voice?: boolean;
  interruptible?: boolean;
}

export type AgentChoice =
  | "longest_idle"
  | "most_proficient"
  | "least_proficient"
  | "least_occupied"
  | "fewest_contacts"
  | "spare_generalist";
export type PreferredAgent = "last_agent" | "account_owner";
export type OutsideHours = "serve" | "keep" | "move" | "refuse";

export interface RelaxationStep {
  after_seconds: number;
  lower: Record<string, number>;
  drop: string[];
  drop_preferred: boolean;
  profiles: string[];
}

export interface Outside {
  do: OutsideHours;
  text: Texts;
  queue: string | null;
}

/** A queue of the configuration, all written out. */
export interface Queue extends Needs {
  name: Texts;
  relaxation: RelaxationStep[];
  choice: AgentChoice;
  preferred_agent: { agents: PreferredAgent[]; seconds: number } | null;
  priority: number;
  hazard: boolean;
  offer_seconds: number;
  connect_seconds: number;
  wrap_up_seconds: number;
  transfer_seconds: number;
  decline_seconds: number;
  service_level: { share: number; seconds: number };
  dispositions: Record<string, Texts>;
  waiting_limit: number | null;
  hours: string | null;
  /** By channel; `*` is for the others. */
  outside: Record<string, Outside>;
  /** Its calls are. */
  recorded: boolean;
}

export interface Calendar {
  time_zone: string;
  weekly: Record<string, string[]>;
  holidays: { country: string; region: string | null } | null;
  closed: Record<string, string>;
  special: Record<string, string[]>;
}

/** The part of the configuration's document that the console edits or shows. */
export interface ConfigurationDocument {
  skills: Record<string, Texts>;
  profiles: Record<string, Profile>;
  queues: Record<string, Queue>;
  calendars: Record<string, Calendar>;
}

export interface Configuration {
  version: number;
  at: string;
  by: string;
  document: ConfigurationDocument;
}

/** What every action of the desk answers; a message or note also returns what was stored. */
export interface ActionResult {
  request_id: string;
  status: number;
  message?: Message;
  /** Of a call to a number: what names it in the call. */
  leg?: string;
}
