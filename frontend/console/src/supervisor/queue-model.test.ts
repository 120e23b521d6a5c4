import { expect, test } from "vitest";
import type { Queue } from "../api/types";
import {
  EMPTY_QUEUE,
  NEW_OUTSIDE,
  nextStep,
  preferenceName,
  PREFERENCES,
  queueProblems,
  sameQueue,
  spans,
  tidyQueue,
  toggled,
  withPreference,
  type PreferenceName,
} from "./queue-model";

const NAMED: Queue = { ...EMPTY_QUEUE, name: { es: "Averías" } };
const STEP = nextStep([]);

test("a queue needs a name, and nothing else", () => {
  expect([...queueProblems(NAMED)]).toEqual([]);
  expect([...queueProblems({ ...EMPTY_QUEUE, name: { es: "  " } })]).toEqual([["name", "name"]]);
});

test("numbers that are missing or too small are named by their path", () => {
  const queue: Queue = {
    ...NAMED,
    offer_seconds: Number.NaN,
    decline_seconds: 0,
    wrap_up_seconds: 0,
    waiting_limit: -1,
    service_level: { share: Number.NaN, seconds: 0 },
    preferred_agent: { agents: ["last_agent"], seconds: 0 },
  };
  expect([...queueProblems(queue).keys()]).toEqual([
    "offer_seconds",
    "wrap_up_seconds",
    "service_level.share",
    "service_level.seconds",
    "waiting_limit",
    "preferred_agent.seconds",
  ]);
});

test("steps come one after the other and each does something", () => {
  const queue: Queue = {
    ...NAMED,
    relaxation: [
      { ...STEP, drop_preferred: true },
      { ...STEP, drop: ["es"], lower: { es: 1 } },
      { ...STEP, after_seconds: 90 },
      { ...STEP, after_seconds: Number.NaN, profiles: ["p"] },
    ],
  };
  expect([...queueProblems(queue)]).toEqual([
    ["relaxation[1].after_seconds", "stepOrder"],
    ["relaxation[1].drop", "dropAndLower"],
    ["relaxation[2]", "stepNothing"],
    ["relaxation[3].after_seconds", "number"],
  ]);
});

test("the next step is later than the last", () => {
  expect(STEP.after_seconds).toBe(60);
  expect(nextStep([{ ...STEP, after_seconds: 45 }]).after_seconds).toBe(105);
  expect(nextStep([{ ...STEP, after_seconds: Number.NaN }]).after_seconds).toBe(60);
});

test("whom it prefers has a name", () => {
  for (const name of Object.keys(PREFERENCES) as PreferenceName[])
    expect(preferenceName(withPreference(NAMED, name))).toBe(name);
  expect(withPreference(NAMED, "nobody").preferred_agent).toBeNull();
  const chosen = withPreference(NAMED, "owner_then_last");
  expect(chosen.preferred_agent).toEqual({ agents: ["account_owner", "last_agent"], seconds: 45 });
});

test("what moves needs to know where", () => {
  const outside = { chat: { ...NEW_OUTSIDE, do: "move" as const } };
  expect([...queueProblems({ ...NAMED, outside })]).toEqual([["outside.chat.queue", "moveTarget"]]);
});

test("what is left empty is not sent", () => {
  const sent = tidyQueue({
    ...NAMED,
    name: { es: " Averías ", pt: " " },
    any_of: [{}, { es: 1 }],
    outside: { "*": { do: "keep", text: { es: "Cerrado ", en: "" }, queue: "otra" } },
  });
  expect(sent.name).toEqual({ es: "Averías" });
  expect(sent.any_of).toEqual([{ es: 1 }]);
  expect(sent.outside).toEqual({ "*": { do: "keep", text: { es: "Cerrado" }, queue: null } });
});

test("order and empty fields do not make another queue", () => {
  const one: Queue = { ...NAMED, skills: { es: 1, averias: 2 }, name: { es: "Averías", pt: "" } };
  const two: Queue = { ...NAMED, skills: { averias: 2, es: 1 } };
  expect(sameQueue(one, two)).toBe(true);
  expect(sameQueue(one, { ...two, hazard: true })).toBe(false);
  expect(sameQueue(one, { ...two, skills: { averias: 3, es: 1 } })).toBe(false);
  expect(sameQueue(one, { ...two, offer_seconds: Number.NaN })).toBe(false);
});

test("a choice of several keeps its order", () => {
  expect(toggled(["a", "b"], "c", true)).toEqual(["a", "b", "c"]);
  expect(toggled(["a", "b"], "a", true)).toEqual(["b", "a"]);
  expect(toggled(["a", "b"], "a", false)).toEqual(["b"]);
});

test("days with the same hours are said together", () => {
  const [day, short] = [["09:00-12:00", "13:00-18:00"], ["09:00-12:00"]];
  const weekly = { monday: day, tuesday: day, wednesday: short, friday: short, saturday: short };
  expect(spans({ time_zone: "UTC", weekly, holidays: null, closed: {}, special: {} })).toEqual([
    { first: 0, last: 1, hours: "09:00-12:00, 13:00-18:00" },
    { first: 2, last: 2, hours: "09:00-12:00" },
    { first: 4, last: 5, hours: "09:00-12:00" },
  ]);
});
