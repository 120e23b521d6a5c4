/**
 * The console as the agent's telephone. The vendor's library is loaded only when the center gives a token; a call for
 * a contact that was just accepted is taken up at once, anything else rings.
 */
import type { Call, Device } from "@twilio/voice-sdk";
import { ApiError, request } from "../api/client";
import type { SoftphoneToken } from "../api/calls";
import { createStore } from "../lib/store";

/** Texts of `calls` that say what is wrong. */
export type PhoneTrouble = "micDenied" | "noMic" | "phoneOffline" | "phoneToken" | "phoneFailed";

export interface Softphone {
  /** `elsewhere`: calls ring at `telephone` or the demo's `deskPhone`; `none`: nothing is set up. */
  state: "unknown" | "starting" | "ready" | "elsewhere" | "none";
  telephone: string | null;
  deskPhone: string | null;
  ringing: boolean;
  talking: boolean;
  trouble: { what: PhoneTrouble; code: string } | null;
}

const NOTHING: Softphone = {
  state: "unknown",
  telephone: null,
  deskPhone: null,
  ringing: false,
  talking: false,
  trouble: null,
};

export const softphone = createStore<Softphone>(NOTHING);

let device: Device | null = null;
let current: Call | null = null;
/** Local milliseconds until which whatever rings is what this person asked for. */
let expectedUntil = 0;
const EXPECTED = 45_000;

const change = (part: Partial<Softphone>) => softphone.set((before) => ({ ...before, ...part }));

/** The next call within a while is one this person asked for: it is taken up without ringing. */
export function expectCall(): void {
  expectedUntil = Date.now() + EXPECTED;
}

export function answer(): void {
  current?.accept();
}

export function hangUp(): void {
  if (softphone.get().ringing) current?.reject();
  else current?.disconnect();
}

/** What a failure of the library means to a person. */
export function troubleOf(code: number | undefined): PhoneTrouble {
  switch (code) {
    case 31401:
    case 31208:
      return "micDenied";
    case 31402:
    case 31201:
      return "noMic";
    case 31005:
    case 31009:
    case 53000:
      return "phoneOffline";
    case 20101:
    case 20104:
    case 31204:
    case 31205:
      return "phoneToken";
    default:
      return "phoneFailed";
  }
}

function failed(error: unknown): void {
  const code =
    typeof error === "object" && error !== null && "code" in error ? Number(error.code) : undefined;
  change({ trouble: { what: troubleOf(code), code: String(code ?? "?") } });
}

const fetchToken = () => request<SoftphoneToken>("/voice/softphone");

function takeUp(call: Call): void {
  current = call;
  const over = () => {
    if (current === call) current = null;
    change({ ringing: false, talking: false });
  };
  call.on("accept", () => change({ ringing: false, talking: true, trouble: null }));
  for (const event of ["disconnect", "cancel", "reject"]) call.on(event, over);
  call.on("error", failed);
  if (Date.now() < expectedUntil) call.accept();
  else change({ ringing: true });
}

/** Become the person's telephone, if the center has one for them; again after a failure. */
export async function startSoftphone(): Promise<void> {
  if (device !== null || softphone.get().state === "starting") return;
  change({ state: "starting", trouble: null });
  let given: SoftphoneToken;
  try {
    given = await fetchToken();
  } catch (error) {
    const detail = error instanceof ApiError ? error.detail : {};
    const telephone = typeof detail.telephone === "string" ? detail.telephone : null;
    const deskPhone = typeof detail.desk_phone === "string" ? detail.desk_phone : null;
    const state = telephone !== null || deskPhone !== null ? "elsewhere" : "none";
    change({ state, telephone, deskPhone });
    return;
  }
  try {
    const { Device: Telephone } = await import("@twilio/voice-sdk");
    device = new Telephone(given.token, { logLevel: "error", closeProtection: false });
    device.on("registered", () => change({ state: "ready", trouble: null }));
    device.on("unregistered", () => change({ state: "starting" }));
    device.on("error", failed);
    device.on("incoming", takeUp);
    device.on("tokenWillExpire", () => {
      fetchToken().then(({ token }) => device?.updateToken(token), failed);
    });
    await device.register();
  } catch (error) {
    failed(error);
  }
}

/** Let the telephone go: the person signed out. */
export function stopSoftphone(): void {
  device?.destroy();
  device = null;
  current = null;
  softphone.set(NOTHING);
}
