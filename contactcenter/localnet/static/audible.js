// What a telephone sounds like: the browser speaks, files are played, the rest is made of tones.
// A browser may have no voice and no loudspeaker: everything is written on the screen as well.

import { language } from "./words.js";

const STORED = "handset.audible";
const PAIRS = { 1: [697, 1209], 2: [697, 1336], 3: [697, 1477], 4: [770, 1209], 5: [770, 1336], 6: [770, 1477], 7: [852, 1209], 8: [852, 1336], 9: [852, 1477], "*": [941, 1209], 0: [941, 1336], "#": [941, 1477] };
const MELODY = [392, 493.9, 587.3, 493.9, 440, 523.3, 659.3, 523.3, 349.2, 440, 523.3, 440, 392, 493.9, 587.3, 784];

let context = null;
let goingOn = null; // what is repeated until something else comes
let file = null;
let on = stored();

function stored() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is switched off
  }
}

export function isOn() {
  return on;
}

export function switchTo(wanted) {
  on = wanted;
  try {
    localStorage.setItem(STORED, wanted ? "on" : "off");
  } catch {
    // it lasts as long as the page
  }
  if (!on) quiet();
}

// Browsers let a page sound only after somebody has touched it.
export function wake() {
  context ??= "AudioContext" in window ? new AudioContext() : null;
  if (context?.state === "suspended") context.resume();
}

function out() {
  if (!on) return null;
  wake();
  return context;
}

// A tone is drawn into a buffer: `at(second)` gives the height of the wave.
function play(seconds, loop, at, loudness = 0.2) {
  const audio = out();
  if (!audio) return null;
  const buffer = audio.createBuffer(1, Math.ceil(seconds * audio.sampleRate), audio.sampleRate);
  const wave = buffer.getChannelData(0);
  for (let n = 0; n < wave.length; n += 1) wave[n] = at(n / audio.sampleRate) * loudness;
  const source = audio.createBufferSource();
  source.buffer = buffer;
  source.loop = loop;
  source.connect(audio.destination);
  source.start();
  return source;
}

function sine(frequency, second) {
  return Math.sin(2 * Math.PI * frequency * second);
}

export function beep() {
  play(0.4, false, (second) => sine(1000, second));
}

export function key(pressed) {
  const [low, high] = PAIRS[pressed];
  play(0.14, false, (second) => (sine(low, second) + sine(high, second)) / 2);
}

const REPEATED = {
  ringing: [3, (second) => (second < 1 ? sine(second % 0.08 < 0.04 ? 880 : 1100, second) : 0)],
  calling: [4, (second) => (second < 1 ? sine(425, second) : 0)],
  music: [
    8,
    (second) => {
      const note = MELODY[Math.floor(second * 2) % MELODY.length];
      const age = (second * 2) % 1;
      return (sine(note, second) + sine(note / 2, second) / 2) * Math.exp(-3 * age) * Math.min(age * 40, 1) * 0.6;
    },
  ],
};

// Repeat ringing, calling or music until something else is heard.
export function repeat(kind) {
  if (goingOn?.kind === kind) return;
  still();
  const source = play(REPEATED[kind][0], true, REPEATED[kind][1], kind === "music" ? 0.25 : 0.12);
  if (source) goingOn = { kind, source };
}

// A file; when it cannot be played, music in its place.
export function playFile(address, again) {
  still();
  if (!on) return;
  file = new Audio(address);
  file.loop = again;
  const mine = file;
  const instead = () => mine === file && repeat("music");
  file.addEventListener("error", instead, { once: true });
  file.play().catch(instead);
}

export function still() {
  goingOn?.source.stop();
  goingOn = null;
  file?.pause();
  file = null;
}

export function say(text, spoken) {
  if (!on || !("speechSynthesis" in window)) return;
  const wanted = spoken || language;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = wanted;
  utterance.voice = voiceOf(wanted);
  speechSynthesis.speak(utterance);
}

function voiceOf(wanted) {
  const voices = speechSynthesis.getVoices();
  const start = wanted.slice(0, 2).toLowerCase();
  return voices.find((voice) => voice.lang.replace("_", "-") === wanted) ?? voices.find((voice) => voice.lang.toLowerCase().startsWith(start)) ?? null;
}

export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

export function quiet() {
  still();
  hush();
}

// Listen to one sentence; undefined where a browser cannot.
export function recognition(spoken, then) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!Recognition) return undefined;
  return () => {
    const ear = new Recognition();
    ear.lang = spoken();
    ear.onresult = (event) => then(event.results[0][0].transcript);
    ear.start();
  };
}
