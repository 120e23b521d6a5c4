// A telephone at the center: whoever opens it is called here, and as long as it is open it rings.

import { Telephone } from "./call.js";
import { node } from "./conversation.js";
import { hueOf, initials, pretty } from "./people.js";
import { speak, word, write } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const ADDRESS = /^(\+[1-9]\d{6,14}|(client|sip):[!-~]{1,255})$/;

let desks = [];
let address = "";
let live = false;
let source = null;

const telephone = new Telephone($("#calling"), {
  pretty: (other) => pretty(other),
  autoAnswer: () => $("#auto").checked,
  onProblem: (problem) => banner(problem.message),
  onChange: (call) => ($("#idle").inert = Boolean(call)),
});

function nameOf(whose) {
  return desks.find((desk) => desk.address === whose)?.name ?? pretty(whose.replace(/^(client|sip):/, ""));
}

function avatar(made, whose) {
  made.textContent = initials(nameOf(whose));
  made.style.setProperty("--hue", hueOf(whose));
  return made;
}

function draw() {
  const cards = desks.map((desk) => {
    const words = node("span", { className: "words" }, node("strong", { textContent: desk.name }), node("span", { className: "number", textContent: desk.address }));
    const button = node("button", { type: "button", className: "person" }, avatar(node("span", { className: "avatar" }), desk.address), words);
    button.setAttribute("aria-pressed", String(desk.address === address));
    button.addEventListener("click", () => be(desk.address));
    return node("li", {}, button);
  });
  $("#desks").replaceChildren(...cards);
  $("#idle").hidden = !address;
  if (!address) return;
  avatar($("#avatar"), address);
  $("#owner").textContent = nameOf(address);
  $("#own-address").textContent = address;
  $("#readiness").textContent = word(live ? "readyToRing" : "lost");
  telephone.draw();
}

function be(whose) {
  address = whose;
  history.replaceState(null, "", `#${address}`);
  $("#auto").checked = remembered() === "on";
  telephone.be(address);
  banner("");
  listen();
  draw();
}

function listen() {
  source?.close();
  live = false;
  source = new EventSource(`/_telephone/${encodeURIComponent(address)}/events`);
  source.onopen = () => setLive(true);
  source.onerror = () => setLive(false);
  const on = (kind, act) => source.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on("snapshot", (data) => telephone.snapshot(data.calls));
  on("call", (data) => telephone.changed(data));
  on("sound", (data) => telephone.heard(data));
}

function setLive(now) {
  live = now;
  draw();
}

function banner(words) {
  $("#banner").textContent = words;
  $("#banner").hidden = !words;
  $("#banner").classList.toggle("bad", Boolean(words));
}

function remembered() {
  try {
    return localStorage.getItem(`desk.auto.${address}`);
  } catch {
    return null; // storage is switched off
  }
}

function tick() {
  $("#clock").textContent = new Date().toLocaleTimeString("es", { hour: "2-digit", minute: "2-digit", hour12: false });
}

async function start() {
  write(document);
  tick();
  setInterval(tick, 10_000);
  $("#auto").addEventListener("change", () => {
    try {
      localStorage.setItem(`desk.auto.${address}`, $("#auto").checked ? "on" : "off");
    } catch {
      // it lasts as long as the page
    }
  });
  $("#other").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = $("#address").value.trim();
    if (ADDRESS.test(wanted)) be(wanted);
    else banner(word("noAddress"));
  });
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      speak(button.dataset.language);
      draw();
    });
  }
  desks = (await (await fetch("/_telephone/desks")).json()).desks;
  const asked = decodeURIComponent(location.hash.slice(1));
  if (ADDRESS.test(asked)) be(asked);
  else draw();
}

window.addEventListener("hashchange", () => {
  const asked = decodeURIComponent(location.hash.slice(1));
  if (ADDRESS.test(asked) && asked !== address) be(asked);
});
start();
