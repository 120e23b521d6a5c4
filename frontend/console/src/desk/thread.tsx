/** The messages of a contact in order, with days between them. It stays at the end while one is there. */
import { useLayoutEffect, useRef, useState } from "react";
import type { Contact, Message } from "../api/types";
import { useLive, useServerNow } from "../context";
import { useTexts } from "../i18n";
import { useLocalNow } from "../lib/clock";
import { dayKey, dayName } from "../lib/format";
import type { Unsent } from "../live/outbox";
import { Button } from "../ui/controls";
import { useAsker } from "./consult";
import { customerName } from "./conversations";
import { MessageBubble, UnsentBubble } from "./message-bubble";
import { TYPING_FOR } from "./rail";
import "./thread.css";

interface Props {
  contact: Contact;
  messages: readonly Message[];
  pending?: readonly Unsent[];
}

/** Pixels from the end within which the thread follows what arrives. */
const NEAR = 80;

/** Whether two messages belong to one run of one author, less than five minutes apart. */
function continues(before: Message | undefined, message: Message): boolean {
  if (before?.direction !== message.direction || before.author.name !== message.author.name) return false;
  return Date.parse(message.at) - Date.parse(before.at) < 300_000;
}

export function Thread({ contact, messages, pending = [] }: Props) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const list = useRef<HTMLDivElement>(null);
  const items = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  const height = useRef(0);
  const [below, setBelow] = useState(false);
  const count = messages.length + pending.length;

  useLayoutEffect(() => {
    if (!near.current) setBelow(true);
  }, [count]);

  // Pictures load, answers replace what was pending, the message box grows: while one is at the end, one stays there.
  useLayoutEffect(() => {
    const box = list.current;
    const content = items.current;
    if (!box || !content) return;
    const follow = () => {
      height.current = box.scrollHeight;
      if (near.current) box.scrollTop = box.scrollHeight;
    };
    follow();
    const observer = new ResizeObserver(follow);
    observer.observe(box);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);

  const toEnd = () => {
    const box = list.current;
    if (box) box.scrollTop = box.scrollHeight;
    setBelow(false);
  };
  return (
    <div className="thread-frame">
      <div
        ref={list}
        className="thread"
        role="log"
        aria-label={t("pane.thread")}
        // A log that scrolls must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={(event) => {
          const box = event.currentTarget;
          // It has just grown: this is not somebody scrolling back, and the observer is about to follow.
          if (box.scrollHeight !== height.current) return;
          near.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
          if (near.current) setBelow(false);
        }}
      >
        <div ref={items} className="thread-items">
          {count === 0 && (
            <p className="thread-empty">
              <NothingYet contact={contact} />
            </p>
          )}
          {messages.map((message, index) => {
            const before = messages[index - 1];
            const newDay = !before || dayKey(before.at) !== dayKey(message.at);
            return (
              <div key={message.id} className="thread-item">
                {newDay && (
                  <p className="thread-day">
                    <span>{dayName(message.at, now, language)}</span>
                  </p>
                )}
                <MessageBubble
                  message={message}
                  continued={!newDay && continues(before, message)}
                  customer={customerName(contact)}
                  call={contact.media === "voice"}
                />
              </div>
            );
          })}
          {pending.map((item) => (
            <UnsentBubble key={item.requestId} item={item} />
          ))}
          <TypingSign contactId={contact.id} name={customerName(contact)} />
        </div>
      </div>
      {below && (
        <span className="thread-below">
          <Button size="s" kind="primary" icon="chevron" onPress={toEnd}>
            {t("pane.newBelow")}
          </Button>
        </span>
      )}
    </div>
  );
}

function NothingYet({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const asker = useAsker();
  if (contact.consult !== null) return t("calls.noNotesOf", { name: asker(contact) });
  return t(contact.media === "voice" ? "calls.noNotes" : "pane.empty");
}

function TypingSign({ contactId, name }: { contactId: string; name: string }) {
  const { t } = useTexts();
  const at = useLive((state) => state.typing[contactId]);
  const now = useLocalNow();
  if (at === undefined || now - at > TYPING_FOR) return null;
  return (
    <p className="thread-typing">
      <span className="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="visually-hidden">
        {name}: {t("rail.typing")}
      </span>
    </p>
  );
}
