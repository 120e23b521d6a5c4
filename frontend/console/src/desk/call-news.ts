/** What became of those who were asked into a call, read from two looks at it. Pure but for what we did ourselves. */
import type { CallNow, ConsultNow, ConsultOver, Participant } from "../api/calls";
import { prettyAddress } from "../lib/format";

export type CallNews =
  | { what: "agentBusy" | "agentNoAnswer" | "agentFailed"; name: string; leg: string }
  | { what: "notTaken" | "adviserLeft"; name: string }
  | { what: "nobodyTook"; queue: string };

/** Consults that this person ended: no news. */
const ended = new Set<string>();

export function expectEnd(consultId: string): void {
  ended.add(consultId);
}

/** The guests of a call besides one of them: those there, and those called. */
export function othersThan(call: CallNow, leg: string | null): Participant[] {
  return call.participants.filter((one) => one.role === "guest" && one.leg !== leg);
}

/** Whether whoever was asked is in the call. */
export function isThere(call: CallNow, consult: ConsultNow): boolean {
  return (
    consult.state === "connected" &&
    call.participants.some(
      (one) => one.role === "guest" && one.agent_id === consult.agent?.id && one.state === "in_call",
    )
  );
}

/** Of a call whose customer waits: whom they come back to. */
export function wayBack(call: CallNow): "alone" | "coming" | "together" {
  const guests = othersThan(call, null);
  if (guests.some((one) => one.state === "in_call")) return "together";
  return guests.length > 0 || call.consult !== null ? "coming" : "alone";
}

function missedLegs(before: CallNow, after: CallNow) {
  const known = new Set(before.unanswered.map((one) => one.leg));
  return after.unanswered.filter((one) => !known.has(one.leg));
}

function whatOf(reason: string): "agentBusy" | "agentNoAnswer" | "agentFailed" {
  if (reason === "busy") return "agentBusy";
  return reason === "failed" ? "agentFailed" : "agentNoAnswer";
}

function endOf(over: ConsultOver): CallNews {
  if (over.came && over.agent !== null) return { what: "adviserLeft", name: over.agent.name };
  if (over.to_agent !== null) return { what: "notTaken", name: over.to_agent.name };
  return { what: "nobodyTook", queue: over.queue.name };
}

/** What the agent who holds the call should hear of. */
export function newsOf(before: CallNow, after: CallNow): CallNews[] {
  if (after.state !== "connected") return [];
  const missed = missedLegs(before, after);
  const news: CallNews[] = missed.map((leg) => ({
    what: whatOf(leg.reason),
    name: leg.name ?? prettyAddress(leg.address),
    leg: leg.leg,
  }));
  const over = after.consult_over;
  if (over === null || over.id === before.consult_over?.id || ended.delete(over.id)) return news;
  const asked = (over.agent ?? over.to_agent)?.id;
  const told = asked !== undefined && missed.some((leg) => leg.agent_id === asked);
  return told ? news : [...news, endOf(over)];
}
