/** Messages as elements. */
import type { Chat } from "./chat";
import { el, icon, ICONS, paragraph } from "./dom";
import { pictureUrl } from "./media";
import type { Unsent } from "./outbox";
import type { ChatMedia, ChatMessage } from "./protocol";
import type { Words } from "./texts";

export interface BubbleContext {
  chat: Chat;
  base: string;
  words: Words;
  language: string;
}

function clock(at: number | string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function picture(context: BubbleContext, media: ChatMedia): HTMLElement {
  const { words, base, chat } = context;
  const name = media.name ?? words.picture;
  if (media.state === "failed") return el("p", { class: "note" }, words.pictureFailed);
  const url = pictureUrl(base, chat, media.id);
  const image = el("img", { src: url, alt: name, loading: "lazy" });
  image.addEventListener("error", () =>
    image.replaceWith(el("span", { class: "note" }, words.pictureFailed)),
  );
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "picture" }, image);
}

/** A message that the server has. */
export function bubble(context: BubbleContext, message: ChatMessage): HTMLElement {
  const { words, language } = context;
  if (message.direction === "system") return el("p", { class: "system" }, message.text);
  const mine = message.direction === "in";
  const tick = mine && el("span", { class: "tick", role: "img", "aria-label": words.sent }, icon(ICONS.sent));
  return el(
    "div",
    { class: mine ? "bubble mine" : "bubble" },
    el("span", { class: "who" }, mine ? words.you : (message.name ?? words.title)),
    ...message.media.map((media) => picture(context, media)),
    message.text !== "" && paragraph(message.text),
    el("span", { class: "meta" }, clock(message.at, language), tick),
  );
}

/** A message on its way. */
export function unsentBubble(context: BubbleContext, item: Unsent): HTMLElement {
  const { chat, words, language } = context;
  const refused = item.state === "refused";
  const state = refused ? words.refused : chat.online ? words.sending : words.waitingLine;
  const problem = item.problem === "too_long" ? words.tooLong : "";
  return el(
    "div",
    { class: refused ? "bubble mine bad" : "bubble mine unsent" },
    el("span", { class: "who" }, words.you),
    ...item.mediaIds.map((id) =>
      picture(context, { id, content_type: "image/*", name: null, state: "ready" }),
    ),
    item.text !== "" && paragraph(item.text),
    el(
      "span",
      { class: "meta" },
      refused ? `${state} ${problem}` : clock(item.at, language),
      el(
        "span",
        { class: "tick", role: "img", "aria-label": state, title: state },
        icon(refused ? ICONS.alert : ICONS.clock),
      ),
    ),
    refused &&
      el(
        "span",
        { class: "choices" },
        el("button", { type: "button", click: () => chat.again(item.clientId) }, words.again),
        el(
          "button",
          {
            type: "button",
            click: () => {
              chat.outbox.discard(item.clientId);
              context.chat.touch();
            },
          },
          words.discard,
        ),
      ),
  );
}
