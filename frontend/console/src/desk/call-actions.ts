/** What an agent does with a call they hold; a failure is shown, the panel shows what came of the rest. */
import { useMemo } from "react";
import { useConsole } from "../context";
import { errorText, useTexts } from "../i18n";
import { toast } from "../ui/toasts";
import { setBusy } from "./actions";

export type Guest = { agent: string } | { number: string };
export type SupervisorMode = "listen" | "whisper" | "barge";

export interface CallActions {
  hold: (on: boolean) => Promise<boolean>;
  mute: (on: boolean) => Promise<boolean>;
  record: (on: boolean) => Promise<boolean>;
  invite: (guest: Guest, consult: boolean) => Promise<boolean>;
  forward: (number: string) => Promise<boolean>;
  complete: (leg: string) => Promise<boolean>;
  remove: (leg: string, resume: boolean) => Promise<boolean>;
  supervise: (mode: SupervisorMode, number: string) => Promise<boolean>;
  leave: () => Promise<boolean>;
}

/** Each answers whether it was done. */
export function useCallActions(contactId: string): CallActions {
  const { act } = useConsole();
  const { t } = useTexts();
  return useMemo(() => {
    const run = async (verb: string, body: Record<string, unknown> = {}): Promise<boolean> => {
      setBusy(contactId, true);
      try {
        await act("POST", `/contacts/${encodeURIComponent(contactId)}/call/${verb}`, body);
        return true;
      } catch (error) {
        toast("bad", errorText(t, error));
        return false;
      } finally {
        setBusy(contactId, false);
      }
    };
    return {
      hold: (on) => run(on ? "hold" : "resume"),
      mute: (on) => run(on ? "mute" : "unmute"),
      record: (on) => run(on ? "recording/resume" : "recording/pause"),
      invite: (guest, consult) => run("invite", { ...guest, consult }),
      forward: (number) => run("forward", { number }),
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
