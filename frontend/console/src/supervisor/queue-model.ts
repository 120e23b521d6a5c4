/** A queue while it is edited. Pure. An empty number is NaN. */
import type { Calendar, Outside, PreferredAgent, Queue, RelaxationStep } from "../api/types";
import { sameNeeds, tidyNeeds } from "../ui/needs-editor";

export const EMPTY_QUEUE: Queue = {
  name: {},
  skills: {},
  any_of: [],
  preferred: {},
  relaxation: [],
  choice: "longest_idle",
  preferred_agent: null,
  priority: 0,
  hazard: false,
  offer_seconds: 20,
  connect_seconds: 30,
  wrap_up_seconds: 60,
  transfer_seconds: 60,
  decline_seconds: 60,
  service_level: { share: 0.8, seconds: 20 },
  dispositions: {},
  waiting_limit: null,
  hours: null,
  outside: {},
  recorded: false,
};

export const CHOICES = [
  "longest_idle",
  "most_proficient",
  "least_proficient",
  "least_occupied",
  "fewest_contacts",
  "spare_generalist",
] as const;

export const DURATIONS = [
  "offer_seconds",
  "wrap_up_seconds",
  "connect_seconds",
  "transfer_seconds",
  "decline_seconds",
] as const;

/** Who a contact is kept for, in the order in which they are asked. */
export const PREFERENCES = {
  nobody: [],
  last_agent: ["last_agent"],
  account_owner: ["account_owner"],
  owner_then_last: ["account_owner", "last_agent"],
  last_then_owner: ["last_agent", "account_owner"],
} as const satisfies Record<string, readonly PreferredAgent[]>;
export type PreferenceName = keyof typeof PREFERENCES;

export const EVERY_OTHER_CHANNEL = "*";
export const NEW_OUTSIDE: Outside = { do: "keep", text: {}, queue: null };

const FIRST_STEP = 60;
const FIRST_PREFERENCE = 45;

/** What can be wrong; a text of the same name says it. */
export type QueueProblem = "name" | "number" | "stepNothing" | "stepOrder" | "moveTarget" | "dropAndLower";

export function nextStep(steps: readonly RelaxationStep[]): RelaxationStep {
  const last = steps.at(-1)?.after_seconds;
  const after_seconds = last === undefined || Number.isNaN(last) ? FIRST_STEP : last + FIRST_STEP;
  return { after_seconds, lower: {}, drop: [], drop_preferred: false, profiles: [] };
}

export function preferenceName(queue: Queue): PreferenceName {
  const agents = queue.preferred_agent?.agents.join() ?? "";
  const names = Object.keys(PREFERENCES) as PreferenceName[];
  return names.find((name) => PREFERENCES[name].join() === agents) ?? "nobody";
}

export function withPreference(queue: Queue, name: PreferenceName): Queue {
  const agents = [...PREFERENCES[name]];
  const seconds = queue.preferred_agent?.seconds ?? FIRST_PREFERENCE;
  return { ...queue, preferred_agent: agents.length === 0 ? null : { agents, seconds } };
}

/** Adds or takes away `one`, at the end. */
export function toggled(list: readonly string[], one: string, on: boolean): string[] {
  const others = list.filter((each) => each !== one);
  return on ? [...others, one] : others;
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Days that follow each other with the same hours; 0 is Monday. */
export function spans(calendar: Calendar): { first: number; last: number; hours: string }[] {
  const found: { first: number; last: number; hours: string }[] = [];
  WEEKDAYS.forEach((day, at) => {
    const hours = (calendar.weekly[day] ?? []).join(", ");
    const before = found.at(-1);
    if (hours === "") return;
    if (before?.last === at - 1 && before.hours === hours) before.last = at;
    else found.push({ first: at, last: at, hours });
  });
  return found;
}

/** As it is sent: without what is left empty. */
export function tidyQueue(queue: Queue): Queue {
  const name = filled(queue.name);
  const outside = Object.entries(queue.outside).map(
    ([channel, what]) =>
      [channel, { ...what, text: filled(what.text), queue: what.do === "move" ? what.queue : null }] as const,
  );
  return { ...queue, ...tidyNeeds(queue), name, outside: Object.fromEntries(outside) };
}

function filled(texts: Record<string, string | undefined>): Record<string, string> {
  const pairs = Object.entries(texts).map(([language, text]) => [language, (text ?? "").trim()] as const);
  return Object.fromEntries(pairs.filter(([, text]) => text !== ""));
}

export function sameQueue(one: Queue, other: Queue): boolean {
  const plain = (queue: Queue) =>
    JSON.stringify({ ...tidyQueue(queue), skills: null, any_of: null, preferred: null }, sorted);
  return sameNeeds(tidyNeeds(one), tidyNeeds(other)) && plain(one) === plain(other);
}

/** Objects in one order of their keys: order means nothing to a queue. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is wrong by path, as the server's paths go; empty when it can be saved. */
export function queueProblems(queue: Queue): Map<string, QueueProblem> {
  const found = new Map<string, QueueProblem>();
  const number = (path: string, value: number, least: number, above = false) => {
    if (!(above ? value > least : value >= least)) found.set(path, "number");
  };
  if (Object.keys(filled(queue.name)).length === 0) found.set("name", "name");
  for (const name of DURATIONS) number(name, queue[name], 0, name !== "decline_seconds");
  number("priority", queue.priority, -Infinity);
  number("service_level.share", queue.service_level.share, 0, true);
  number("service_level.seconds", queue.service_level.seconds, 0, true);
  if (queue.waiting_limit !== null) number("waiting_limit", queue.waiting_limit, 0);
  if (queue.preferred_agent) number("preferred_agent.seconds", queue.preferred_agent.seconds, 0, true);
  queue.relaxation.forEach((step, at) => {
    checkStep(found, `relaxation[${at}]`, step, queue.relaxation[at - 1]);
  });
  for (const [channel, outside] of Object.entries(queue.outside))
    if (outside.do === "move" && outside.queue === null) found.set(`outside.${channel}.queue`, "moveTarget");
  return found;
}

function checkStep(
  found: Map<string, QueueProblem>,
  path: string,
  step: RelaxationStep,
  before: RelaxationStep | undefined,
): void {
  if (!(step.after_seconds >= 0)) found.set(`${path}.after_seconds`, "number");
  else if (before && step.after_seconds <= before.after_seconds)
    found.set(`${path}.after_seconds`, "stepOrder");
  if (step.drop.some((skill) => skill in step.lower)) found.set(`${path}.drop`, "dropAndLower");
  if (
    ![step.drop, step.profiles, Object.keys(step.lower)].some((list) => list.length > 0) &&
    !step.drop_preferred
  )
    found.set(path, "stepNothing");
}
