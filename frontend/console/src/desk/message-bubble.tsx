/** One message: its text, pictures, time and how far it got. */
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { linkify } from "../../../shared/linkify";
import type { Delivery, Media, Message } from "../api/types";
import { useConsole, useLive } from "../context";
import { codeText, useTexts } from "../i18n";
import { failureText } from "../lib/failures";
import { fileSize, timeOfDay } from "../lib/format";
import type { Unsent } from "../live/outbox";
import { Button, IconButton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icons";
import { changeDraft } from "./drafts";

interface Props {
  message: Message;
  continued: boolean;
  customer: string;
  /** It belongs to a call: what comes in is what both said. */
  call: boolean;
}

export function MessageBubble({ message, continued, customer, call }: Props) {
  const { t, language } = useTexts();
  const author = useAuthor(message, call ? t("message.callRecording") : customer);
  if (message.direction === "system" && message.delivery === null)
    return <p className="bubble-system">{message.text}</p>;
  const bad = message.delivery !== null && isFailure(message.delivery);
  return (
    <article
      className="bubble"
      data-direction={message.direction === "system" ? "out" : message.direction}
      data-automatic={message.direction === "system" || undefined}
      data-continued={continued || undefined}
      data-bad={bad || undefined}
    >
      {!continued && (
        <p className="bubble-author">
          {message.direction === "note" && <Icon name="note" size={14} />}
          {message.direction === "note" ? `${t("message.note")} · ${author}` : author}
        </p>
      )}
      <div className="bubble-body">
        {message.media.map((media) => (
          <Picture
            key={media.id}
            media={media}
            author={author}
            sound={call ? author : t("message.soundOf", { name: author })}
          />
        ))}
        {message.text !== "" && <RichText text={message.text} />}
        <footer className="bubble-foot">
          <time dateTime={message.at}>{timeOfDay(message.at, language)}</time>
          {message.direction !== "in" && message.delivery && <DeliveryMark delivery={message.delivery} />}
        </footer>
      </div>
      {bad && (
        <p className="bubble-problem">
          {message.delivery && t(`message.${message.delivery}`)}
          {message.error && `: ${failureText(t, message.error)}`}
        </p>
      )}
    </article>
  );
}

/** Who wrote it, as the reader calls them. */
function useAuthor(message: Message, customer: string): string {
  const { t } = useTexts();
  const own = useLive((state) => state.agent?.name);
  if (message.direction === "in") return customer;
  if (message.author.kind === "system") return t("message.bot");
  const { name } = message.author;
  return name === null || name === own ? t("message.you") : name;
}

/** Plain text with its web addresses as links; never markup. */
function RichText({ text }: { text: string }) {
  return (
    <p className="bubble-text">
      {linkify(text).map((piece, index) =>
        piece.href ? (
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}

function isFailure(delivery: Delivery): boolean {
  return delivery === "failed" || delivery === "undelivered" || delivery === "delivery_unknown";
}

const MARKS: Record<Delivery, IconName> = {
  queued: "clock",
  sending: "clock",
  sent: "tick",
  delivered: "ticks",
  read: "ticks",
  failed: "alert",
  undelivered: "alert",
  delivery_unknown: "alert",
};

function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { t } = useTexts();
  const name = t(`message.${delivery}`);
  return (
    <span className="delivery" data-delivery={delivery} role="img" aria-label={name} title={name}>
      <Icon name={MARKS[delivery]} size={15} />
    </span>
  );
}

function Picture({ media, author, sound = author }: { media: Media; author: string; sound?: string }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const label = media.name ?? t("message.pictureOf", { name: author });
  if (media.state !== "ready") {
    const kind = media.content_type.startsWith("image/") ? "picture" : "file";
    return (
      <p className="picture-wait">
        <Icon name={media.state === "pending" ? "download" : "alert"} size={18} />
        {t(`message.${kind}${media.state === "pending" ? "Loading" : "Failed"}`)}
      </p>
    );
  }
  const download = `${media.url}${media.url.includes("?") ? "&" : "?"}download=1`;
  if (media.content_type.startsWith("audio/"))
    return (
      // eslint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what a caller said
      <audio className="sound" controls preload="metadata" src={media.url} aria-label={sound} />
    );
  if (!media.content_type.startsWith("image/"))
    return (
      <a className="picture-file" href={download}>
        <Icon name="download" size={18} />
        <span className="truncate">{label}</span>
        {media.size !== null && <small>{fileSize(media.size)}</small>}
      </a>
    );
  return (
    <>
      <AriaButton
        className="picture"
        aria-label={`${t("message.open")}: ${label}`}
        onPress={() => setOpen(true)}
      >
        <img src={media.url} alt="" loading="lazy" />
      </AriaButton>
      {open && (
        <Dialog
          title={label}
          size="l"
          onClose={() => setOpen(false)}
          extra={
            <a className="button button-plain button-s" href={download}>
              <Icon name="download" size={16} />
              {t("message.download")}
            </a>
          }
        >
          <img className="picture-large" src={media.url} alt={label} />
        </Dialog>
      )}
    </>
  );
}

/** A message on its way: kept here until the server has it. */
export function UnsentBubble({ item }: { item: Unsent }) {
  const { t } = useTexts();
  const { outbox } = useConsole();
  const refused = item.state === "refused";
  const state = refused
    ? `${t("message.refused")}${item.errorCode ? `: ${codeText(t, "errors", item.errorCode)}` : ""}`
    : t(item.state === "waiting" ? "message.waiting" : "message.pending");
  const edit = () => {
    changeDraft(item.contactId, { text: item.text, note: item.note, media: item.media });
    outbox.discard(item.requestId);
  };
  return (
    <article
      className="bubble"
      data-direction={item.note ? "note" : "out"}
      data-unsent={item.state}
      data-bad={refused || undefined}
    >
      <div className="bubble-body">
        {item.media.map((media) => (
          <Picture key={media.id} media={media} author={t("message.you")} />
        ))}
        {item.text !== "" && <RichText text={item.text} />}
      </div>
      <p className={refused ? "bubble-problem" : "bubble-pending"} role="status">
        <Icon name={refused ? "alert" : "clock"} size={14} /> {state}
        {refused && (
          <Button size="s" kind="quiet" onPress={edit}>
            {t("actions.edit")}
          </Button>
        )}
        {item.state === "waiting" && (
          <Button size="s" kind="quiet" onPress={() => outbox.retry(item.requestId)}>
            {t("message.again")}
          </Button>
        )}
        {item.state !== "sending" && (
          <IconButton
            icon="trash"
            size="s"
            label={t("actions.discard")}
            onPress={() => outbox.discard(item.requestId)}
          />
        )}
      </p>
    </article>
  );
}
