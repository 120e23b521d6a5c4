/** What every screen may ask for: who is signed in, and the live console. */
import { createContext, useContext } from "react";
import type { Session } from "./api/types";
import { useLocalNow } from "./lib/clock";
import { useStore } from "./lib/store";
import type { Console } from "./live/console";
import type { LiveState } from "./live/state";

export const SessionContext = createContext<Session | null>(null);
export const ConsoleContext = createContext<Console | null>(null);

function required<T>(value: T | null): T {
  if (value === null) throw new Error("used outside of the signed-in part of the page");
  return value;
}

export function useSession(): Session {
  return required(useContext(SessionContext));
}

export function useConsole(): Console {
  return required(useContext(ConsoleContext));
}

export function useLive<P>(select: (state: LiveState) => P): P {
  return useStore(useConsole().live, select);
}

/** The server's clock in milliseconds, one second apart. */
export function useServerNow(): number {
  const offset = useLive((state) => state.clockOffset);
  return useLocalNow() + offset;
}

export function isSupervisor(session: Session): boolean {
  return session.account.role !== "agent";
}
