import { expect, test } from "vitest";
import { changesOf } from "./customer-dialog";

const marta = {
  id: "c",
  name: "Marta",
  tier: "B",
  language: null,
  flags: [],
  account_owner: { id: "ana", name: "Ana" },
};
const shown = { name: "Marta", tier: "B", language: "", account_owner: "ana" };

test("only what a supervisor changed is sent", () => {
  expect(changesOf(marta, shown)).toEqual({});
  expect(changesOf(marta, { ...shown, name: " Marta ", tier: "A" })).toEqual({ tier: "A" });
});

test("what was emptied is taken away", () => {
  expect(changesOf(marta, { ...shown, tier: "  ", account_owner: "" })).toEqual({
    tier: null,
    account_owner: null,
  });
});
