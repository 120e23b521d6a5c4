/**
 * The chat widget. One tag embeds it:
 * `<script src="https://HOST/chat/widget.js" data-page="web" defer></script>`
 * The server is where the script came from; `data-language` overrides the page's language.
 */
import { Chat, type ChatLine } from "./chat";
import { browserStorage, pageMemory } from "./storage";
import { languageFor, wordsFor } from "./texts";
import { View } from "./view";

const script = document.currentScript;

function begin(tag: HTMLScriptElement): void {
  const base = new URL(tag.src).origin;
  const page = tag.dataset.page ?? "web";
  const language = languageFor(tag.dataset.language, document.documentElement.lang, navigator.language);
  const memory = pageMemory(page, browserStorage());
  const socket = `${base.replace(/^http/u, "ws")}/chat/socket`;
  const chat: Chat = new Chat({
    page,
    language,
    memory,
    open: () => new WebSocket(socket) as unknown as ChatLine,
    onChange: () => view.draw(),
    onNews: (message) => view.news(message),
  });
  const view: View = new View(chat, { base, words: wordsFor(language), language, memory });
  document.body.append(view.host);
  view.restore();
  // A chat that goes on shows its new messages on the button, also while the panel is closed.
  if (chat.resumable) chat.start();
  setInterval(() => {
    chat.tick();
    view.draw();
  }, 1000);
  window.addEventListener("online", () => chat.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") chat.hurry();
  });
}

if (script instanceof HTMLScriptElement && !document.querySelector("[data-contactcenter-chat]")) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => begin(script));
  else begin(script);
}
