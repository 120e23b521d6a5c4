// The conversation on the phone's screen: bubbles, days, ticks, pictures.

import { language, word } from "./words.js";

const list = document.querySelector("#messages");
const viewer = document.querySelector("#viewer");
const viewed = document.querySelector("#viewed");

export function node(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
}

// Draw the messages with one number of the center; `greeting` makes what an empty screen says.
export function show(messages, greeting) {
  const before = list.childElementCount;
  list.replaceChildren(...rows(messages, greeting));
  if (following || list.childElementCount > before) toEnd();
}

// The newest message stays in sight until the reader scrolls up.
let following = true;
list.addEventListener("scroll", () => (following = list.scrollHeight - list.scrollTop - list.clientHeight < 60));
new ResizeObserver(() => following && toEnd()).observe(list);

function toEnd() {
  following = true;
  list.scrollTop = list.scrollHeight;
}

function rows(messages, greeting) {
  if (messages.length === 0) return [node("li", { className: "empty" }, ...greeting())];
  const found = [];
  let day = "";
  messages.forEach((message, at) => {
    const its = new Date(message.at).toDateString();
    if (its !== day) found.push(node("li", { className: "day", textContent: dayName(message.at) }));
    day = its;
    const next = messages[at + 1];
    const last = !next || next.mine !== message.mine || new Date(next.at) - new Date(message.at) > 120_000;
    found.push(bubble(message, last));
  });
  return found;
}

function dayName(moment) {
  const date = new Date(moment);
  if (date.toDateString() === new Date().toDateString()) return word("today");
  return date.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
}

function bubble(message, last) {
  const row = node("li", { className: `row ${message.mine ? "mine" : "theirs"}${last ? " last" : ""}` });
  row.dataset.sid = message.sid;
  for (const media of message.media) row.append(picture(media));
  if (message.body) {
    const text = node("div", { className: "bubble" });
    text.textContent = message.body;
    if (/^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,8}$/u.test(message.body)) text.classList.add("emoji");
    row.append(text);
  }
  if (last || message.announcement === "refused") row.append(meta(message));
  return row;
}

function picture(media) {
  if (!media.type.startsWith("image/")) {
    return node("a", { className: "bubble file", href: media.url, download: "", textContent: media.type });
  }
  const image = node("img", { src: media.url, alt: word("picture"), loading: "lazy" });
  const button = node("button", { type: "button", className: "picture", ariaLabel: word("picture") }, image);
  image.addEventListener("load", () => following && toEnd(), { once: true });
  button.addEventListener("click", () => {
    viewed.src = media.url;
    viewer.showModal();
  });
  return button;
}

function meta(message) {
  const line = node("div", { className: "meta" }, clock(message.at));
  if (!message.mine) return line;
  const signs = { under_way: ["wait", "sending"], answered: ["seen", "answered"], refused: ["alert", "refused"] };
  const [sign, words] = signs[message.announcement] ?? signs.answered;
  const svg = icon(sign);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", word(words));
  line.classList.add(sign);
  line.title = word(words);
  line.append(svg);
  if (sign === "alert") line.append(node("span", { className: "why", textContent: word("refused") }));
  return line;
}

viewer.addEventListener("click", () => viewer.close());
