import { expect, test } from "vitest";
import type { CallNow, ConsultNow, ConsultOver, Participant, Unanswered } from "../api/calls";
import { contact, agent } from "../testing";
import { INITIAL } from "../live/state";
import { expectEnd, isThere, newsOf, wayBack } from "./call-news";
import { noteOf, notTakenUp } from "./consult";
import { contactTitle } from "./conversations";
import { reasonAgainst } from "./target-picker";

const AT = "2026-11-21T12:00:00.000Z";
const DIEGO = { id: "diego", name: "Diego" };

function guest(change: Partial<Participant> = {}): Participant {
  return {
    leg: "g1",
    role: "guest",
    agent_id: "diego",
    name: "Diego",
    address: "agent:diego",
    state: "in_call",
    muted: false,
    held: false,
    coaching: false,
    yours: false,
    since: AT,
    ...change,
  };
}

function consult(change: Partial<ConsultNow> = {}): ConsultNow {
  return {
    id: "c1",
    state: "offered",
    queue: { id: "reclamos", name: "Reclamos" },
    to_agent: null,
    agent: null,
    since: AT,
    ...change,
  };
}

function over(change: Partial<ConsultOver> = {}): ConsultOver {
  return {
    id: "c1",
    queue: { id: "reclamos", name: "Reclamos" },
    to_agent: null,
    agent: null,
    came: false,
    at: AT,
    ...change,
  };
}

function call(change: Partial<CallNow> = {}): CallNow {
  return {
    contact_id: "k1",
    state: "connected",
    held: true,
    muted: false,
    recording: "off",
    participants: [],
    unanswered: [],
    consult: null,
    consult_over: null,
    known: true,
    ...change,
  };
}

const missed = (reason: string, change: Partial<Unanswered> = {}): Unanswered => ({
  leg: "g1",
  agent_id: "diego",
  name: "Diego",
  address: "agent:diego",
  reason,
  at: AT,
  ...change,
});

test("who was asked by name and does not come is named", () => {
  const missedIt = call({ consult_over: over({ to_agent: DIEGO }) });
  expect(newsOf(call({ consult: consult({ to_agent: DIEGO }) }), missedIt)).toEqual([
    { what: "notTaken", name: "Diego" },
  ]);
  expect(newsOf(missedIt, missedIt)).toEqual([]);
  expect(newsOf(call({ consult: consult({ state: "waiting" }) }), call({ consult_over: over() }))).toEqual([
    { what: "nobodyTook", queue: "Reclamos" },
  ]);
});

test("who came and left is told also when no look at the call had seen them there", () => {
  const left = call({ consult_over: over({ to_agent: DIEGO, agent: DIEGO, came: true }) });
  for (const before of [call({ consult: consult({ state: "connecting", agent: DIEGO }) }), call()])
    expect(newsOf(before, left)).toEqual([{ what: "adviserLeft", name: "Diego" }]);
});

test("a telephone that was not answered is said once, and a number by its digits", () => {
  const comes = call({ consult: consult({ state: "connecting", to_agent: DIEGO, agent: DIEGO }) });
  const after = call({
    unanswered: [missed("busy")],
    consult_over: over({ to_agent: DIEGO, agent: DIEGO }),
  });
  expect(newsOf(comes, after)).toEqual([{ what: "agentBusy", name: "Diego", leg: "g1" }]);
  expect(newsOf(after, after)).toEqual([]);
  const number = missed("no_answer", { leg: "g2", agent_id: null, name: null, address: "+59899123456" });
  expect(newsOf(after, call({ unanswered: [missed("busy"), number] }))).toEqual([
    { what: "agentNoAnswer", name: "+598 99 123 456", leg: "g2" },
  ]);
  expect(newsOf(call(), call({ unanswered: [missed("failed")] }))).toEqual([
    { what: "agentFailed", name: "Diego", leg: "g1" },
  ]);
});

test("a queue goes on looking after one of its people did not answer", () => {
  const comes = call({ consult: consult({ state: "connecting", agent: DIEGO }) });
  const after = call({ consult: consult({ state: "waiting" }), unanswered: [missed("no_answer")] });
  expect(newsOf(comes, after)).toEqual([{ what: "agentNoAnswer", name: "Diego", leg: "g1" }]);
});

test("what the agent did, or the end of the call, is no news", () => {
  const asked = call({ consult: consult({ id: "ours", to_agent: DIEGO }) });
  expectEnd("ours");
  expect(newsOf(asked, call({ consult_over: over({ id: "ours" }) }))).toEqual([]);
  expect(newsOf(call({ consult: consult() }), call({ state: "over", consult_over: over() }))).toEqual([]);
});

test("the way back says whom the customer will hear", () => {
  expect(wayBack(call())).toBe("alone");
  expect(wayBack(call({ consult: consult() }))).toBe("coming");
  expect(wayBack(call({ participants: [guest({ state: "calling" })] }))).toBe("coming");
  expect(wayBack(call({ participants: [guest()] }))).toBe("together");
  expect(wayBack(call({ participants: [guest({ role: "supervisor" })] }))).toBe("alone");
});

test("whoever is asked is there once they are heard, not when they have accepted", () => {
  const come = consult({ state: "connected", agent: DIEGO });
  expect(isThere(call({ participants: [guest({ state: "calling" })] }), come)).toBe(false);
  expect(isThere(call({ participants: [guest()] }), come)).toBe(true);
  expect(isThere(call({ participants: [guest()] }), consult({ agent: DIEGO }))).toBe(false);
});

test("a colleague who cannot come is told from one who can, with the reason", () => {
  const colleague = {
    ...DIEGO,
    status: "available" as const,
    reason: null,
    profile: null,
    ready: true,
    on_call: false,
    channels: ["voice", "sms"],
  };
  expect(reasonAgainst(colleague, "voice", true)).toBeNull();
  expect(reasonAgainst({ ...colleague, status: "not_ready", ready: false }, "voice", true)).toBe("status");
  expect(reasonAgainst({ ...colleague, ready: false }, "voice", true)).toBe("away");
  expect(reasonAgainst({ ...colleague, channels: ["sms"] }, "voice", true)).toBe("noCalls");
  expect(reasonAgainst(colleague, "email", false)).toBe("noChannel");
  expect(reasonAgainst({ ...colleague, on_call: true }, "voice", true)).toBe("onCall");
  expect(reasonAgainst({ ...colleague, on_call: true }, "voice", false)).toBeNull();
});

test("a call that the agent's telephone did not take is told from one that ended", () => {
  const rang = contact("k1", { channel: "voice", media: "voice", state: "connecting" });
  const missedIt = { ...INITIAL, agent: agent({ status: "not_ready", reason: "rona" }) };
  expect(notTakenUp(rang, missedIt)).toBe(true);
  expect(notTakenUp({ ...rang, state: "connected" }, missedIt)).toBe(false);
  expect(notTakenUp(rang, { ...INITIAL, agent: agent() })).toBe(false);
});

test("a consult is called by who asks, and has what they wrote", () => {
  const asked = contact("c1", { consult: { call: "k1", asked_by: "Lucía", named: true } });
  expect(contactTitle(asked)).not.toBe(contactTitle(contact("k1")));
  const event = { at: AT, type: "consulted", agent: null, detail: { note: "her bill" } };
  expect(noteOf([event])).toBe("her bill");
  expect(noteOf([{ ...event, detail: { note: null } }])).toBeNull();
  expect(noteOf(undefined)).toBeNull();
});
