/**
 * The console as the agent's telephone, as long as somebody is signed in. The vendor's library is loaded only when the
 * center gives a token.
 */
import type { SoftphoneToken } from "../api/calls";
import { request } from "../api/client";
import { everySecond } from "../lib/clock";
import { createStore } from "../lib/store";
import { NOTHING, Telephone, type Line, type Softphone } from "./telephone";

export const softphone = createStore<Softphone>(NOTHING);

let telephone: Telephone | null = null;
let unwire: (() => void)[] = [];

/** The next call within a while is one this person asked for: it is taken up without ringing. */
export const expectCall = () => telephone?.expectCall();
export const answer = () => telephone?.answer();
export const hangUp = () => telephone?.hangUp();
export const retryPhone = () => telephone?.retry();

async function openLine(token: string): Promise<Line> {
  const { Device } = await import("@twilio/voice-sdk");
  return new Device(token, { logLevel: "error", closeProtection: true });
}

/** Become the person's telephone, if the center has one for them. `now` is the center's clock, in milliseconds. */
export function startSoftphone(now: () => number): void {
  stopSoftphone();
  const fetchToken = () => request<SoftphoneToken>("/voice/softphone");
  const started = new Telephone(softphone, { fetchToken, open: openLine, now });
  telephone = started;
  const woke = () => {
    if (document.visibilityState === "visible") started.woke();
  };
  document.addEventListener("visibilitychange", woke);
  for (const event of ["online", "pageshow"]) window.addEventListener(event, woke);
  unwire = [
    everySecond(() => started.check()),
    () => document.removeEventListener("visibilitychange", woke),
    ...["online", "pageshow"].map((event) => () => window.removeEventListener(event, woke)),
  ];
}

/** Let the telephone go: the person signed out. */
export function stopSoftphone(): void {
  for (const one of unwire) one();
  unwire = [];
  telephone?.stop();
  telephone = null;
}
