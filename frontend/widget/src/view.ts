/** The widget's looks: a button, and the panel it opens. */
import { bubble, unsentBubble, type BubbleContext } from "./bubbles";
import type { Chat } from "./chat";
import { el, icon, ICONS } from "./dom";
import { PICTURES, upload } from "./media";
import type { ChatMessage } from "./protocol";
import type { Memory } from "./storage";
import styles from "./widget.css?inline";
import { waitText, type Words } from "./texts";

/** Milliseconds for which "is typing" stays true without another sign. */
const TYPING_FOR = 5_000;

export interface ViewOptions {
  base: string;
  words: Words;
  language: string;
  memory: Memory;
}

export class View {
  readonly host = el("div", { "data-contactcenter-chat": "" });
  private readonly chat: Chat;
  private readonly options: ViewOptions;
  private readonly root: ShadowRoot;
  private isOpen = false;
  private unread = 0;
  private confirming = false;
  private uploading = false;
  private notice: string | null = null;
  private drawn: string | null = null;

  private readonly badge = el("span", { class: "badge", hidden: true });
  private readonly launcher: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly title = el("strong");
  private readonly status = el("span", { class: "status" });
  private readonly log: HTMLElement;
  private readonly announcer = el("div", { class: "hidden", "aria-live": "polite" });
  private readonly foot = el("div", { class: "foot" });
  private readonly box: HTMLTextAreaElement;
  private readonly sendButton: HTMLButtonElement;
  private readonly attachButton: HTMLButtonElement;
  private readonly endButton: HTMLButtonElement;
  private readonly form: HTMLFormElement;

  constructor(chat: Chat, options: ViewOptions) {
    this.chat = chat;
    this.options = options;
    const { words } = options;
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", click: () => this.toggle() },
      icon(ICONS.chat),
      this.badge,
    );
    this.log = el("div", { class: "log", role: "log", "aria-label": words.messages, tabindex: "0" });
    this.box = el("textarea", { rows: "1", placeholder: words.write, "aria-label": words.write });
    this.box.value = options.memory.read("draft", "");
    this.sendButton = el(
      "button",
      { type: "submit", class: "round", "aria-label": words.send },
      icon(ICONS.send),
    );
    const file = el("input", { type: "file", accept: PICTURES, hidden: true, "aria-label": words.attach });
    this.attachButton = el(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-label": words.attach,
        title: words.attach,
        click: () => file.click(),
      },
      icon(ICONS.picture),
    );
    this.endButton = el(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-label": words.end,
        title: words.end,
        click: () => this.ask(true),
      },
      icon(ICONS.end),
    );
    this.form = el("form", {}, this.attachButton, file, this.box, this.sendButton);
    this.panel = el(
      "section",
      { class: "panel", role: "dialog", "aria-label": words.title, hidden: true },
      el(
        "div",
        { class: "bar" },
        el("div", { class: "head" }, this.title, this.status),
        this.endButton,
        el(
          "button",
          {
            type: "button",
            class: "plain",
            "aria-label": words.close,
            title: words.close,
            click: () => this.toggle(),
          },
          icon(ICONS.down),
        ),
      ),
      this.log,
      this.foot,
      this.form,
      this.announcer,
    );
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.append(this.launcher, this.panel);
    this.style();
    this.listen(file);
  }

  /** Draw what changed. */
  draw(): void {
    const { chat } = this;
    const { words } = this.options;
    const ended = chat.state === "ended";
    this.title.textContent = chat.texts.title ?? words.title;
    this.status.textContent = this.statusText();
    this.panel.dataset.state = chat.online ? chat.state : "offline";
    this.endButton.hidden = chat.state !== "waiting" && chat.state !== "connected";
    this.form.hidden = ended || chat.fault !== null;
    this.attachButton.disabled = !chat.online || this.uploading;
    this.launcher.setAttribute(
      "aria-label",
      this.unread > 0 ? words.openUnread + String(this.unread) : words.open,
    );
    this.launcher.setAttribute("aria-expanded", String(this.isOpen));
    this.badge.hidden = this.unread === 0;
    this.badge.textContent = String(this.unread);
    this.drawLog();
    this.drawFoot(ended);
    this.fit();
  }

  /** A message of an agent has come. */
  news(message: ChatMessage): void {
    this.announcer.textContent = this.options.words.newMessage + message.text;
    if (!this.isOpen) this.unread += 1;
  }

  /** Open as it was before a reload. */
  restore(): void {
    if (this.options.memory.read<boolean>("open", false)) this.toggle();
    else this.draw();
  }

  private toggle(): void {
    this.isOpen = !this.isOpen;
    this.options.memory.write("open", this.isOpen ? true : null);
    this.panel.hidden = !this.isOpen;
    this.launcher.hidden = this.isOpen;
    if (this.isOpen) {
      this.unread = 0;
      this.chat.start();
      this.draw();
      this.box.focus();
      this.log.scrollTop = this.log.scrollHeight;
    } else {
      this.draw();
      this.launcher.focus();
    }
  }

  private statusText(): string {
    const { chat } = this;
    const { words } = this.options;
    if (chat.fault !== null) return words.unavailable;
    if (!chat.online) return words.offline;
    if (chat.state === "connected") return `${words.connected} ${chat.agent ?? ""}`.trim();
    if (chat.state === "waiting" && chat.wait !== null) return waitText(words, chat.wait);
    return { new: words.online, waiting: words.waiting, ended: words.ended }[chat.state];
  }

  private drawLog(): void {
    const { chat } = this;
    const { words, base, language } = this.options;
    const typing = Date.now() - chat.typingAt < TYPING_FOR;
    const drawn = JSON.stringify([
      chat.messages,
      chat.outbox.items,
      chat.online,
      typing,
      chat.texts,
      chat.token,
    ]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const context: BubbleContext = { chat, base, words, language };
    const greeting = el(
      "div",
      { class: "bubble" },
      el("p", { class: "text" }, chat.texts.greeting ?? words.greeting),
    );
    this.log.replaceChildren(
      greeting,
      ...chat.messages.map((message) => bubble(context, message)),
      ...chat.outbox.items.map((item) => unsentBubble(context, item)),
    );
    if (typing)
      this.log.append(
        el(
          "p",
          { class: "typing" },
          el("i"),
          el("i"),
          el("i"),
          el("span", { class: "hidden" }, words.typing),
        ),
      );
    if (near) this.log.scrollTop = this.log.scrollHeight;
  }

  private drawFoot(ended: boolean): void {
    const { words } = this.options;
    const parts: Node[] = [];
    if (this.confirming && !this.endButton.hidden)
      parts.push(
        el("span", {}, words.endConfirm),
        el("button", { type: "button", class: "strong", click: () => this.endNow() }, words.yes),
        el("button", { type: "button", click: () => this.ask(false) }, words.no),
      );
    else if (ended)
      parts.push(el("button", { type: "button", class: "strong", click: () => this.renew() }, words.renew));
    else if (this.uploading) parts.push(el("span", {}, words.uploading));
    else if (this.notice !== null) parts.push(el("span", { role: "alert" }, this.notice));
    this.foot.replaceChildren(...parts);
    this.foot.hidden = parts.length === 0;
  }

  private ask(confirming: boolean): void {
    this.confirming = confirming;
    this.draw();
    (confirming ? this.foot.querySelector("button") : this.box)?.focus();
  }

  private endNow(): void {
    this.chat.end();
    this.ask(false);
  }

  private renew(): void {
    this.chat.renew();
    this.draw();
    this.box.focus();
  }

  private submit(): void {
    const text = this.box.value.trim();
    this.notice = [...text].length > this.chat.maxLength ? this.options.words.tooLong : null;
    if (text !== "" && this.notice === null) {
      this.chat.write(text);
      this.setDraft("");
      this.log.scrollTop = this.log.scrollHeight;
    }
    this.draw();
  }

  private setDraft(text: string): void {
    this.box.value = text;
    this.options.memory.write("draft", text === "" ? null : text);
  }

  private async attach(file: File): Promise<void> {
    this.uploading = true;
    this.notice = null;
    this.draw();
    const result = await upload(this.options.base, this.chat, file);
    this.uploading = false;
    if ("id" in result) this.chat.write("", [result.id]);
    else this.notice = this.options.words[result.problem];
    this.draw();
  }

  private listen(file: HTMLInputElement): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("input", () => {
      this.setDraft(this.box.value);
      this.notice = null;
      this.chat.typing();
      this.fit();
    });
    this.box.addEventListener("keydown", (event) => {
      // The page's own shortcuts are not meant for what is typed here.
      event.stopPropagation();
      if (event.key === "Escape") this.toggle();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle();
    });
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen) void this.attach(chosen);
      file.value = "";
    });
  }

  private fit(): void {
    this.box.style.height = "auto";
    if (this.box.scrollHeight > 0) this.box.style.height = `${Math.min(this.box.scrollHeight, 120)}px`;
    this.sendButton.disabled = this.box.value.trim() === "";
  }

  /** A constructed sheet: a page's policy against inline styles does not concern it. */
  private style(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.root.adoptedStyleSheets = [sheet];
  }
}
