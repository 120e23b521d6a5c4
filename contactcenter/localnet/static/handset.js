// The handset: who you are, the live conversation, sending.

import * as behind from "./behind.js";
import { Telephone, ask } from "./call.js";
import { icon, node, show } from "./conversation.js";
import { hueOf, initials, pretty } from "./people.js";
import { base64, fromFile, sample } from "./pictures.js";
import { language, speak, word, write } from "./words.js";

const GSM = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f",
);
const TWICE = new Set("^{}\\[~]|€\f");
const $ = (selector) => document.querySelector(selector);

const state = {
  people: [],
  numbers: [],
  me: null,
  center: null,
  messages: new Map(),
  traces: new Map(),
  on: true,
  optedOut: false,
  live: true,
  picture: null,
  used: new Set(),
  problem: "",
};
let source = null;

const telephone = new Telephone($("#calling"), {
  pretty: (number) => state.numbers.find((own) => own.number === number)?.label || pretty(number),
  onProblem: (problem) => complain(word("callFailed", { problem: problem.message })),
  onChange: (call) => {
    for (const behindIt of document.querySelectorAll(".thread, #messages, #suggestions, #composer")) behindIt.inert = Boolean(call);
  },
});

// --- who you are ---------------------------------------------------------------------------

function avatar(person) {
  const made = node("span", { className: "avatar", textContent: initials(person.name) });
  made.style.setProperty("--hue", hueOf(person.number));
  return made;
}

function drawPeople() {
  const cards = state.people.map((person) => {
    const about = person.about[language] ?? "";
    const words = node(
      "span",
      { className: "words" },
      node("strong", { textContent: person.name }),
      node("span", { className: "about", textContent: about || pretty(person.number) }),
      node("span", { className: "number", textContent: about ? pretty(person.number) : "" }),
    );
    const button = node("button", { type: "button", className: "person" }, avatar(person), words);
    button.setAttribute("aria-pressed", String(person.number === state.me?.number));
    button.addEventListener("click", () => become(person));
    return node("li", {}, button);
  });
  $("#people").replaceChildren(...cards);
}

function become(person) {
  state.me = person;
  state.messages.clear();
  state.traces.clear();
  state.used.clear();
  state.problem = "";
  drop();
  telephone.be(person.number);
  history.replaceState(null, "", `#${person.number}`);
  drawPeople();
  draw();
  listen();
  $(`#people [aria-pressed="true"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// --- live ----------------------------------------------------------------------------------

function listen() {
  source?.close();
  source = new EventSource(`/_handset/${encodeURIComponent(state.me.number)}/events`);
  source.onopen = () => setLive(true);
  source.onerror = () => setLive(false);
  on("snapshot", (data) => {
    state.messages = new Map(data.messages.map((message) => [message.sid, message]));
    state.traces = new Map(data.traces.map((trace) => [trace.id, trace]));
    take(data);
    telephone.snapshot(data.calls);
  });
  on("call", (data) => telephone.changed(data));
  source.addEventListener("sound", (event) => telephone.heard(JSON.parse(event.data)));
  on("message", (data) => {
    if (!data.mine && !state.messages.has(data.sid)) state.center = data.center; // show who writes
    state.messages.set(data.sid, data);
  });
  on("trace", (data) => state.traces.set(data.id, data));
  on("state", take);
}

function on(kind, act) {
  source.addEventListener(kind, (event) => {
    act(JSON.parse(event.data));
    draw();
  });
}

function take(data) {
  state.on = data.on;
  state.optedOut = data.opted_out;
}

function setLive(live) {
  if (state.live === live) return;
  state.live = live;
  drawBanner();
}

// --- the screen ----------------------------------------------------------------------------

function draw() {
  drawPeer();
  const shown = [...state.messages.values()].filter((message) => message.center === state.center);
  if (state.me) show(shown, () => [avatar(state.me), word("empty", { name: state.me.name })]);
  behind.show([...state.traces.values()]);
  drawBanner();
  drawSuggestions();
  $("#off").hidden = state.on;
  $("#phone").classList.toggle("is-off", !state.on);
}

function drawPeer() {
  const centers = new Map(state.numbers.map((number) => [number.number, number.label || pretty(number.number)]));
  for (const message of state.messages.values()) {
    if (!centers.has(message.center)) centers.set(message.center, pretty(message.center));
  }
  if (!centers.has(state.center)) state.center = centers.keys().next().value ?? null;
  $("#peer-name").textContent = centers.get(state.center) ?? "";
  const number = pretty(state.center ?? "");
  $("#peer-number").textContent = number === $("#peer-name").textContent ? "" : number;
  const choices = $("#peers");
  choices.hidden = centers.size < 2;
  $("#peer-number").hidden = centers.size > 1;
  choices.replaceChildren(
    // The one that is shown has its name above it.
    ...[...centers].map(([value, label]) => {
      const selected = value === state.center;
      return node("option", { value, selected, textContent: selected ? pretty(value) : `${pretty(value)} · ${label}` });
    }),
  );
}

function drawBanner() {
  const words = state.problem || (state.live ? (state.optedOut ? word("optedOut") : "") : word("lost"));
  $("#banner").textContent = words;
  $("#banner").hidden = !words;
  $("#banner").classList.toggle("bad", Boolean(state.problem) || !state.live);
}

function drawSuggestions() {
  const texts = state.me?.texts ?? {};
  const left = (texts[language] ?? []).map((text, at) => [text, at]).filter(([, at]) => !state.used.has(at) && !said(at));
  $("#suggestions").replaceChildren(
    ...left.map(([text, at]) => {
      const chip = node("button", { type: "button", textContent: text });
      chip.addEventListener("click", () => {
        state.used.add(at);
        $("#text").value = text;
        typed();
        drawSuggestions();
        $("#text").focus();
      });
      return chip;
    }),
  );
}

// Whether this person has already said one of their texts, in any language.
function said(at) {
  const wordings = new Set(Object.values(state.me.texts).map((texts) => texts[at]));
  return [...state.messages.values()].some((message) => message.mine && wordings.has(message.body));
}

// --- writing -------------------------------------------------------------------------------

function segments(text) {
  const plain = [...text].every((letter) => GSM.has(letter));
  const size = plain ? [...text].reduce((sum, letter) => sum + (TWICE.has(letter) ? 2 : 1), 0) : text.length;
  const [alone, part] = plain ? [160, 153] : [70, 67];
  return { count: size <= alone ? 1 : Math.ceil(size / part), size, room: size <= alone ? alone : Math.ceil(size / part) * part };
}

function typed() {
  const text = $("#text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
  const { count, size, room } = segments(text.value);
  $("#count").textContent = count > 1 ? `${size}/${room} · ${word("parts", { count })}` : `${size}/${room}`;
  $("#count").hidden = count === 1 && size < room * 0.75;
  $("#send").disabled = !text.value.trim() && !state.picture;
}

function drop() {
  if (state.picture) URL.revokeObjectURL(state.picture.url);
  state.picture = null;
  $("#attached").replaceChildren();
  $("#attached").hidden = true;
  typed();
}

async function attach(making) {
  menu(false);
  try {
    const data = await making;
    drop();
    state.picture = { data, url: URL.createObjectURL(data) };
  } catch {
    return complain(word("tooLarge"));
  }
  const remove = node("button", { type: "button", title: word("remove"), ariaLabel: word("remove") }, icon("close"));
  remove.addEventListener("click", drop);
  $("#attached").replaceChildren(node("img", { src: state.picture.url, alt: word("picture") }), remove);
  $("#attached").hidden = false;
  typed();
  $("#text").focus();
}

function complain(problem) {
  state.problem = problem;
  drawBanner();
}

async function send(event) {
  event?.preventDefault();
  const body = $("#text").value.trim();
  if (!body && !state.picture) return;
  const picture = state.picture?.data;
  const [me, to] = [state.me, state.center];
  $("#text").value = "";
  drop();
  try {
    const media = picture ? [{ content_type: picture.type, data: await base64(picture) }] : [];
    const message = await ask("POST", `/_handset/${encodeURIComponent(me.number)}/messages`, { to, body, media });
    if (state.me === me && !state.messages.has(message.sid)) state.messages.set(message.sid, message);
    state.problem = "";
    draw();
  } catch (error) {
    $("#text").value = body;
    typed();
    complain(word("failed", { problem: error.message }));
  }
}

function menu(open) {
  $("#menu").hidden = !open;
  $("#attach").setAttribute("aria-expanded", String(open));
}

function power(switchedOn) {
  return ask("PUT", `/_handset/${encodeURIComponent(state.me.number)}/power`, { on: switchedOn });
}

// --- start ---------------------------------------------------------------------------------

function tick() {
  $("#clock").textContent = new Date().toLocaleTimeString("es", { hour: "2-digit", minute: "2-digit", hour12: false });
}

function wire() {
  $("#composer").addEventListener("submit", send);
  $("#text").addEventListener("input", typed);
  $("#text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  });
  $("#attach").addEventListener("click", () => menu($("#menu").hidden));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#menu, #attach")) menu(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu(false);
  });
  for (const item of document.querySelectorAll("[data-sample]")) {
    item.addEventListener("click", () => attach(sample(item.dataset.sample)));
  }
  $("#choose").addEventListener("click", () => $("#file").click());
  $("#file").addEventListener("change", () => {
    const [file] = $("#file").files;
    if (file) attach(fromFile(file));
    $("#file").value = "";
  });
  $("#peers").addEventListener("change", () => {
    state.center = $("#peers").value;
    draw();
  });
  $("#call").addEventListener("click", () => telephone.dial(state.center));
  $("#power").addEventListener("click", () => power(false));
  $("#power-on").addEventListener("click", () => power(true));
  $("#again").addEventListener("click", async () => {
    await ask("DELETE", `/_handset/${encodeURIComponent(state.me.number)}`);
    state.used.clear();
    state.problem = "";
  });
  $("#join").addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = await ask("POST", "/_handset/people", { name: $("#join-name").value });
    $("#join-name").value = "";
    state.people.push(person);
    become(person);
  });
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      speak(button.dataset.language);
      drawPeople();
      draw();
      telephone.draw();
      typed();
    });
  }
}

async function start() {
  write(document);
  wire();
  tick();
  setInterval(tick, 10_000);
  const found = await ask("GET", "/_handset/people");
  state.people = found.people;
  state.numbers = found.numbers;
  const asked = decodeURIComponent(location.hash.slice(1));
  let me = state.people.find((person) => person.number === asked) ?? state.people[0];
  if (!me) {
    me = await ask("POST", "/_handset/people", { name: "" });
    state.people.push(me);
  }
  become(me);
}

start();
