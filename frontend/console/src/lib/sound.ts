/** The ring and the tick of a new message, made by the browser itself: no sound files. */
import { load, save } from "./storage";
import { createStore } from "./store";

export const muted = createStore<boolean>(load("local", "muted", false));
muted.subscribe(() => save("local", "muted", muted.get()));

let context: AudioContext | null = null;

/** Browsers allow sound only after a gesture, and not every key is one: call it on each until it is awake. */
export function wakeSound(): void {
  if (context?.state === "running" || !navigator.userActivation.hasBeenActive) return;
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
  } catch {
    context = null;
  }
}

function tone(frequency: number, at: number, seconds: number, volume: number): void {
  if (!context) return;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = "sine";
  oscillator.frequency.value = frequency;
  const from = context.currentTime + at;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + seconds);
}

function play(notes: readonly [frequency: number, at: number, seconds: number][], volume: number): void {
  // Before the first gesture the browser would refuse, and complain.
  if (muted.get() || !context) return;
  if (context.state === "suspended") void context.resume();
  for (const [frequency, at, seconds] of notes) tone(frequency, at, seconds, volume);
}

/** Two soft notes, rising: somebody asks for you. */
export function ringOnce(): void {
  play(
    [
      [587.33, 0, 0.35],
      [880, 0.18, 0.5],
    ],
    0.16,
  );
}

/** One short note: a message in a conversation that is not on screen. */
export function messageTick(): void {
  play([[740, 0, 0.18]], 0.07);
}
