/** Where one writes: reply or note, stored answers, pictures, and how long it is. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useConsole } from "../context";
import { useTexts } from "../i18n";
import { newRequestId } from "../live/requests";
import { sameCount } from "../live/outbox";
import { Button, IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { AnswerPicker, useAnswers, type PickerControl } from "./answers";
import { AttachButton, AttachmentList, useAttach } from "./attachments";
import { changeDraft, draftOf, useDraft } from "./drafts";
import { LengthMeter } from "./length-meter";
import { isSpoken } from "./preview";
import "./composer.css";

/** Milliseconds between two "is typing" signs. */
const TYPING_EVERY = 3_000;

export function Composer({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const draft = useDraft(contact.id);
  const box = useRef<HTMLTextAreaElement>(null);
  const [picking, setPicking] = useState(false);
  const channel = useDesk()?.channels.find((one) => one.id === contact.channel);
  const attach = useAttach(contact.id);
  const call = isSpoken(contact);
  const note = draft.note || contact.opted_out || call;
  const send = useSend(contact, note);
  const typing = useTypingSign(contact.id);
  const max = note ? null : (channel?.max_length ?? null);
  const tooLong = max !== null && [...draft.text].length > max;
  const canSend =
    !tooLong &&
    !attach.uploading &&
    (draft.text.trim() !== "" || (!note && draft.media.length > 0)) &&
    contact.state === "connected";
  const answers = useAnswers(contact, draft.text, picking);

  const setText = (text: string) => {
    changeDraft(contact.id, { text });
    if (!note && text !== "") typing(text);
    if (text === "" || !text.startsWith("/")) setPicking(false);
  };
  const pick = (text: string) => {
    const before = draft.text.startsWith("/") ? "" : draft.text;
    changeDraft(contact.id, { text: before === "" ? text : `${before.trimEnd()} ${text}` });
    setPicking(false);
    box.current?.focus();
  };
  const closePicker = () => {
    setPicking(false);
    if (draft.text.startsWith("/")) setText("");
  };
  const submit = () => {
    if (!canSend) return;
    send();
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (answers.onKey(event, pick, closePicker)) return;
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  useGrow(box, draft.text);

  return (
    <div className="composer" data-note={note || undefined}>
      {contact.state === "connecting" && !call && <p className="composer-notice">{t("pane.connecting")}</p>}
      {contact.opted_out && (
        <p className="composer-notice">
          <Icon name="alert" size={16} /> {t("pane.optedOut")}
        </p>
      )}
      {answers.open && <AnswerPicker control={answers} onPick={pick} />}
      <div className="composer-modes" role="group" aria-label={t("composer.label")}>
        {!call && (
          <button
            type="button"
            aria-pressed={!note}
            disabled={contact.opted_out}
            onClick={() => changeDraft(contact.id, { note: false })}
          >
            {t("composer.reply")}
          </button>
        )}
        <button type="button" aria-pressed={note} onClick={() => changeDraft(contact.id, { note: true })}>
          <Icon name="note" size={14} /> {t("composer.note")}
        </button>
        <LengthMeter channel={contact.channel} text={draft.text} max={max} isNote={note} />
      </div>
      <div className="composer-box">
        <AttachmentList media={draft.media} uploading={attach.uploading} onRemove={attach.remove} />
        <textarea
          ref={box}
          rows={1}
          value={draft.text}
          placeholder={t(note ? "composer.notePlaceholder" : "composer.placeholder")}
          aria-label={t(note ? "composer.noteLabel" : "composer.label")}
          aria-keyshortcuts="Alt+M"
          {...ariaFor(answers)}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (!note && channel?.attachments) attach.add(event.clipboardData.files);
          }}
        />
        <div className="composer-tools">
          {!note && (
            <IconButton
              icon="quick"
              label={t("composer.answers")}
              shortcut="/"
              active={answers.open}
              onPress={() => {
                setPicking(!answers.open);
                box.current?.focus();
              }}
            />
          )}
          {!note && channel?.attachments && <AttachButton onFiles={attach.add} />}
          <span className="composer-hint">{t(note ? "composer.noteHint" : "composer.hint")}</span>
          <Button
            kind="primary"
            size="s"
            icon={note ? "note" : "send"}
            isDisabled={!canSend}
            onPress={submit}
          >
            {t(note ? "composer.saveNote" : "composer.send")}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** While the list of answers is open, the text box says which one is chosen. */
function ariaFor(answers: PickerControl) {
  if (!answers.open) return { "aria-autocomplete": "list" as const };
  const active = answers.active === null ? undefined : answers.optionId(answers.active);
  return {
    "aria-autocomplete": "list" as const,
    "aria-controls": answers.listId,
    "aria-activedescendant": active,
  };
}

function useSend(contact: Contact, note: boolean): () => void {
  const { outbox, live } = useConsole();
  return () => {
    const draft = draftOf(contact.id);
    const text = draft.text.trim();
    const media = note ? [] : draft.media;
    const messages = live.get().threads[contact.id]?.messages ?? [];
    const same = outbox.store
      .get()
      .filter((one) => one.contactId === contact.id && one.text === text && one.note === note);
    outbox.add({
      requestId: newRequestId(),
      contactId: contact.id,
      text,
      media,
      note,
      at: Date.now(),
      seen: sameCount(messages, { text, note }) + same.length,
    });
    changeDraft(contact.id, { text: "", media: note ? draft.media : [], note: false });
  };
}

function useTypingSign(contactId: string): (written: string) => void {
  const { socket } = useConsole();
  const last = useRef(0);
  return (written) => {
    const now = Date.now();
    // The first letter of a message is always told.
    if (written.length > 1 && now - last.current < TYPING_EVERY) return;
    last.current = now;
    socket.send({ type: "typing", contact_id: contactId });
  };
}

const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

/** The box grows with its text, up to a third of the window, in browsers whose boxes do not. */
function useGrow(box: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    if (box.current && !GROWS_BY_ITSELF) grow(box.current);
  }, [box, text]);
}

function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, window.innerHeight / 3)}px`;
}
