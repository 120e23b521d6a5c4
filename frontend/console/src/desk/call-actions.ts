/** What an agent does with a call they hold; a failure is shown, the panel shows what came of the rest. */
import { useMemo } from "react";
import type { ActionResult } from "../api/types";
import { useConsole } from "../context";
import { errorText, useTexts } from "../i18n";
import { createStore, useStore } from "../lib/store";
import { toast } from "../ui/toasts";
import { setBusy, useBusy } from "./actions";

export type SupervisorMode = "listen" | "whisper" | "barge";
/** `slow`: the telephone network takes its time; `again`: it did not answer, and is asked once more. */
export type Patience = "slow" | "again";

export interface CallActions {
  hold: (on: boolean) => Promise<boolean>;
  mute: (on: boolean) => Promise<boolean>;
  record: (on: boolean) => Promise<boolean>;
  /** Ask a queue or a colleague to come; `hold`: the customer hears music meanwhile. */
  consult: (whom: { queue: string } | { agent: string }, hold: boolean, note: string) => Promise<boolean>;
  cancelConsult: (resume: boolean) => Promise<boolean>;
  /** Call a number into the call; `hold` as above. */
  invite: (number: string, hold: boolean) => Promise<boolean>;
  /** Answers with the leg that rings; null: it was refused. */
  forward: (number: string) => Promise<string | null>;
  complete: (leg: string) => Promise<boolean>;
  remove: (leg: string, resume: boolean) => Promise<boolean>;
  supervise: (mode: SupervisorMode, number: string) => Promise<boolean>;
  leave: () => Promise<boolean>;
}

/** Milliseconds after which an action of a call is said to take its time. */
const SLOW = 1_500;

const patience = createStore<Record<string, Patience>>({});

/** What to say of an action that is still on its way. */
export function usePatience(contactId: string): Patience | undefined {
  return useStore(patience, (all) => all[contactId]);
}

function setPatience(contactId: string, what: Patience | null): void {
  patience.set((all) => {
    const rest = Object.fromEntries(Object.entries(all).filter(([id]) => id !== contactId));
    return what === null ? rest : { ...rest, [contactId]: what };
  });
}

/** The telephone's actions are busy for themselves: the contact can be ended and transferred meanwhile. */
const busyKey = (contactId: string) => `call/${contactId}`;

export function useCallBusy(contactId: string): boolean {
  return useBusy(busyKey(contactId));
}

/** Each answers whether it was done. */
export function useCallActions(contactId: string): CallActions {
  const { act } = useConsole();
  const { t } = useTexts();
  return useMemo(() => {
    const ask = async (verb: string, body: Record<string, unknown> = {}): Promise<ActionResult | null> => {
      setBusy(busyKey(contactId), true);
      const slow = setTimeout(() => setPatience(contactId, "slow"), SLOW);
      const again = () => {
        clearTimeout(slow);
        setPatience(contactId, "again");
      };
      try {
        return await act("POST", `/contacts/${encodeURIComponent(contactId)}/call/${verb}`, body, again);
      } catch (error) {
        toast("bad", errorText(t, error));
        return null;
      } finally {
        clearTimeout(slow);
        setPatience(contactId, null);
        setBusy(busyKey(contactId), false);
      }
    };
    const run = async (verb: string, body?: Record<string, unknown>) => (await ask(verb, body)) !== null;
    return {
      hold: (on) => run(on ? "hold" : "resume"),
      mute: (on) => run(on ? "mute" : "unmute"),
      record: (on) => run(on ? "recording/resume" : "recording/pause"),
      consult: (whom, hold, note) =>
        run("consult", { ...whom, hold, ...(note.trim() === "" ? {} : { note: note.trim() }) }),
      cancelConsult: (resume) => run("consult/cancel", { resume }),
      invite: (number, hold) => run("invite", { number, consult: hold }),
      forward: async (number) => (await ask("forward", { number }))?.leg ?? null,
      complete: (leg) => run("complete", { leg }),
      remove: (leg, resume) => run("remove", { leg, resume }),
      supervise: (mode, number) => run("supervise", number === "" ? { mode } : { mode, number }),
      leave: () => run("leave"),
    };
  }, [act, contactId, t]);
}

/** A telephone number as the API takes it; null when it cannot be one. */
export function numberOf(text: string): string | null {
  const number = text.replaceAll(/[\s().-]/gu, "");
  return /^\+[1-9]\d{6,14}$/u.test(number) ? number : null;
}
