// A call on the phone's screen: who, how long, what is heard, the keypad; one that rings while another goes on.

import * as audible from "./audible.js";
import { icon, node } from "./conversation.js";
import { language, word, write } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const MOST = 200;
const SPOKEN = { es: "es-UY", pt: "pt-BR", en: "en-US" };

export async function ask(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const found = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(found?.error ?? String(answer.status));
  return found;
}

function act(call, what, body = {}) {
  return ask("POST", `/_control/calls/${call.sid}/${what}`, body);
}

export class Telephone {
  // `pretty` writes an address; `autoAnswer` says whether what rings is taken up by itself.
  constructor(root, { pretty, autoAnswer = () => false, onProblem = () => undefined, onChange = () => undefined }) {
    Object.assign(this, { root, pretty, autoAnswer, onProblem, onChange, address: "", calls: new Map(), closed: null });
    this.build();
    setInterval(() => this.drawTimer(), 1000);
    document.addEventListener("keydown", (event) => this.typed(event));
  }

  build() {
    this.name = node("strong", { className: "other" });
    this.number = node("span", { className: "number" });
    this.progress = node("span", { className: "progress" });
    this.progress.setAttribute("role", "status");
    this.timer = node("span", { className: "timer" });
    this.timer.setAttribute("role", "timer");
    this.captions = node("div", { className: "captions", tabIndex: 0 });
    this.captions.setAttribute("role", "log");
    this.captions.setAttribute("aria-live", "polite");
    this.captions.dataset.label = "captions";
    this.words = node("input", { maxLength: 500, autocomplete: "off" });
    this.words.dataset.placeholder = this.words.dataset.label = "speak";
    this.speaking = node("form", { className: "speak" }, this.words);
    const listen = audible.recognition(() => SPOKEN[language], (heard) => this.speak(heard));
    if (listen) this.speaking.append(this.button("mic", "dictate", listen, "round"));
    this.speaking.append(node("button", { type: "submit", className: "round send" }, icon("send")));
    this.speaking.lastChild.dataset.title = "say";
    this.keypad = node("div", { className: "keypad" }, ...KEYS.map((key) => this.keyOf(key)));
    this.keypad.setAttribute("role", "group");
    this.keypad.dataset.label = "keypad";
    this.second = node("div", { className: "second", hidden: true });
    this.sound = this.button("loud", "loud", () => this.toggleSound(), "round");
    this.pad = this.button("keys", "keypad", () => this.togglePad(), "round");
    this.acts = {
      sound: this.sound,
      pad: this.pad,
      answer: this.button("phone", "answer", () => this.answer(this.shown()), "big good"),
      hangUp: this.button("hangup", "hangUp", () => this.hangUp(this.shown()), "big bad"),
      decline: this.button("hangup", "decline", () => this.hangUp(this.shown()), "big bad"),
      again: this.button("phone", "callAgain", () => this.dial(this.shown().other), "big good"),
      close: this.button("close", "close", () => this.close(), "big plain"),
    };
    this.speaking.addEventListener("submit", (event) => {
      event.preventDefault();
      this.speak(this.words.value);
      this.words.value = "";
    });
    const head = node("header", { className: "callee" }, this.name, this.number, this.progress, this.timer);
    this.root.replaceChildren(head, this.second, this.captions, this.speaking, this.keypad, node("div", { className: "acts" }, ...Object.values(this.acts)));
    this.root.tabIndex = -1;
    write(this.root);
  }

  button(sign, title, then, className) {
    const made = node("button", { type: "button", className }, icon(sign));
    made.dataset.title = title;
    made.addEventListener("click", () => {
      audible.wake();
      then();
    });
    return made;
  }

  keyOf(key) {
    const made = node("button", { type: "button" }, node("b", { textContent: key }), node("i", { textContent: LETTERS[key] ?? "" }));
    made.setAttribute("aria-label", key);
    made.dataset.key = key;
    made.addEventListener("click", () => this.press(key));
    return made;
  }

  // --- what the network tells ---------------------------------------------------------------

  be(address) {
    this.address = address;
    this.calls.clear();
    this.closed = null;
    audible.quiet();
    this.draw();
  }

  snapshot(views) {
    const live = new Set(views.map((view) => view.sid));
    for (const call of this.calls.values()) if (!live.has(call.sid)) call.over = true;
    for (const view of views) {
      const call = this.changed(view);
      for (const sound of view.heard) this.caption(call, sound);
    }
    this.draw();
  }

  changed(view) {
    const known = this.calls.get(view.sid);
    const call = Object.assign(known ?? { rows: [], next: 0, began: Date.now() }, view);
    delete call.heard;
    this.calls.set(view.sid, call);
    if (!known && !view.over) this.arrived(call);
    if (view.over) this.ended(call);
    else if (view.status === "in-progress") audible.still();
    this.draw();
    return call;
  }

  arrived(call) {
    const others = [...this.calls.values()].filter((other) => other !== call);
    for (const other of others) if (other.over) this.calls.delete(other.sid);
    if (call.mine) return audible.repeat("calling");
    if (this.autoAnswer()) return this.answer(call);
    if (others.every((other) => other.over)) audible.repeat("ringing");
    if (!document.activeElement?.matches("input, textarea")) requestAnimationFrame(() => this.acts.answer.focus());
  }

  ended(call) {
    if ([...this.calls.values()].some((other) => !other.over)) return;
    audible.quiet();
    if (call.status === "canceled" || (call.status !== "completed" && !call.mine)) this.closed = call.sid;
  }

  heard(sound) {
    const call = this.calls.get(sound.call);
    if (!call || !this.caption(call, sound) || call !== this.shown()) return;
    this.drawCaptions(call);
    if (sound.kind === "say" || sound.kind === "person") {
      audible.still();
      audible.say(sound.text, sound.kind === "say" ? sound.language || "en-US" : "");
    } else if (sound.kind === "play") audible.playFile(fileOf(sound), false);
    else if (sound.kind === "music" && sound.text) audible.playFile(fileOf(sound), true);
    else if (sound.kind === "music") audible.repeat("music");
    else if (sound.kind === "beep") audible.beep();
    else if (sound.kind === "connected") audible.still();
  }

  caption(call, sound) {
    if (sound.index < call.next) return false;
    call.next = sound.index + 1;
    this.row(call, rowOf(sound));
    return true;
  }

  row(call, row) {
    if (!row) return;
    const last = call.rows.at(-1);
    if (row.kind === "note" && last?.kind === "note" && last.text === row.text) last.times += 1;
    else call.rows.push({ times: 1, ...row });
    if (call.rows.length > MOST) call.rows.shift();
  }

  // --- what the person does -----------------------------------------------------------------

  async dial(to) {
    audible.wake();
    this.closed = null;
    try {
      const made = await ask("POST", "/_control/calls", { from: this.address, to });
      if (!this.calls.has(made.sid)) this.changed({ sid: made.sid, mine: true, other: to, name: "", status: made.status, over: false, answered: null, ended: null });
      this.root.focus();
    } catch (problem) {
      this.onProblem(problem);
    }
  }

  async answer(call) {
    if (!call) return;
    const active = this.active();
    if (active && active !== call) await this.hangUp(active);
    await this.tried(act(call, "answer"));
    this.root.focus();
  }

  hangUp(call) {
    return this.tried(act(call, "hangup"));
  }

  async press(key) {
    const call = this.active();
    if (!call) return;
    audible.key(key);
    this.own(call, { kind: "key", text: key });
    const found = await this.tried(act(call, "keys", { digits: key }));
    if (found?.taken) audible.hush();
  }

  async speak(words) {
    const call = this.active();
    const text = words.trim();
    if (!call || !text) return;
    this.own(call, { kind: "mine", text });
    const found = await this.tried(act(call, "speech", { text }));
    if (found?.taken) audible.hush();
    else this.own(call, { kind: "note", word: "nobodyListens" });
  }

  own(call, row) {
    const last = call.rows.at(-1);
    if (row.kind === "key" && last?.kind === "key") last.text += row.text;
    else this.row(call, row);
    this.drawCaptions(call);
  }

  async tried(doing) {
    try {
      return await doing;
    } catch {
      return null; // it was over already: the network says so
    }
  }

  close() {
    this.closed = this.shown()?.sid ?? null;
    this.draw();
  }

  typed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    if (KEYS.includes(event.key) && this.active()) {
      event.preventDefault();
      this.press(event.key);
    }
  }

  toggleSound() {
    audible.switchTo(!audible.isOn());
    this.draw();
  }

  togglePad() {
    this.padHidden = !this.padHidden;
    this.draw();
  }

  // --- the screen ---------------------------------------------------------------------------

  live() {
    return [...this.calls.values()].filter((call) => !call.over);
  }

  active() {
    return this.live().findLast((call) => call.mine || call.status === "in-progress");
  }

  shown() {
    const live = this.live();
    return this.active() ?? live[0] ?? [...this.calls.values()].findLast((call) => call.sid !== this.closed);
  }

  draw() {
    const call = this.shown();
    this.root.hidden = !call;
    this.onChange(call);
    if (!call) return;
    const talking = !call.over && (call.mine || call.status === "in-progress");
    this.name.textContent = call.name || this.pretty(call.other);
    this.number.textContent = call.name ? this.pretty(call.other) : "";
    this.progress.textContent = progressOf(call);
    this.speaking.hidden = !talking;
    this.keypad.hidden = !talking || Boolean(this.padHidden);
    this.pad.setAttribute("aria-pressed", String(!this.padHidden));
    this.sound.setAttribute("aria-pressed", String(audible.isOn()));
    this.sound.replaceChildren(icon(audible.isOn() ? "loud" : "silent"));
    const shown = { sound: true, pad: talking, answer: !call.over && !talking, decline: !call.over && !talking, hangUp: talking, again: call.over && call.mine, close: call.over };
    for (const [name, button] of Object.entries(this.acts)) button.hidden = !shown[name];
    this.drawSecond(call);
    this.drawTimer();
    this.drawCaptions(call);
  }

  drawSecond(call) {
    const other = this.live().find((each) => each !== call && !each.mine && each.status === "ringing");
    this.second.hidden = !other;
    if (!other) return this.second.replaceChildren();
    const take = node("button", { type: "button", textContent: word("answerInstead") });
    const refuse = node("button", { type: "button", textContent: word("decline") });
    take.addEventListener("click", () => this.answer(other));
    refuse.addEventListener("click", () => this.hangUp(other));
    this.second.replaceChildren(node("span", { textContent: word("alsoCalls", { who: other.name || this.pretty(other.other) }) }), take, refuse);
    this.second.setAttribute("role", "alert");
  }

  drawTimer() {
    const call = this.shown();
    if (!call?.answered) {
      this.timer.textContent = "";
      return;
    }
    const until = call.over ? new Date(call.ended ?? Date.now()) : Date.now();
    const seconds = Math.max(Math.floor((until - new Date(call.answered)) / 1000), 0);
    this.timer.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }

  drawCaptions(call) {
    if (call !== this.shown()) return;
    if (this.captions.dataset.call !== call.sid || this.captions.dataset.language !== language) this.captions.replaceChildren();
    Object.assign(this.captions.dataset, { call: call.sid, language });
    // What is there stays as it is, so that a screen reader says only what is new.
    const have = this.captions.children;
    if (call.rows.length === MOST) this.captions.replaceChildren();
    call.rows.forEach((row, at) => {
      const text = textOf(row);
      if (!have[at]) this.captions.append(node("p", { className: `caption ${row.kind}` }));
      if (have[at].dataset.text !== text) fill(have[at], row, text);
    });
    this.captions.scrollTop = this.captions.scrollHeight;
  }
}

function fill(item, row, text) {
  item.dataset.text = text;
  const parts = row.name ? [node("b", { textContent: row.name }), text] : [text];
  item.replaceChildren(...parts);
  if (row.spoken) item.lang = row.spoken;
}

function textOf(row) {
  const text = row.word ? word(row.word, row) : row.text;
  return row.times > 1 ? `${text} ×${row.times}` : text;
}

function fileOf(sound) {
  return `/_telephone/calls/${sound.call}/sounds/${sound.index}`;
}

function rowOf(sound) {
  switch (sound.kind) {
    case "say":
      return { kind: "said", text: sound.text, spoken: sound.language };
    case "person":
      return { kind: "voice", text: sound.text, name: sound.name || word("somebody") };
    case "play":
      return { kind: "note", word: "plays", text: sound.text, file: sound.text.split(/[?#]/)[0].split("/").at(-1) };
    case "digits":
      return { kind: "note", text: sound.text };
    case "music":
    case "beep":
    case "connected":
      return { kind: "note", word: `heard.${sound.kind}`, text: sound.kind };
    default:
      return null;
  }
}

function progressOf(call) {
  if (call.over) return word(`ended.${call.status}`);
  if (call.status === "in-progress") return word("inCall");
  return word(call.mine ? "calling" : "incoming");
}
