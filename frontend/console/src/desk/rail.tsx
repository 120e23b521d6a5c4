/** The list on the left: what rings, then the conversations that are open. */
import { Button as AriaButton } from "react-aria-components";
import type { Offer } from "../api/types";
import { useLive, useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { useLocalNow } from "../lib/clock";
import { clockDuration, secondsSince, secondsUntil, shortDuration, timeOfDay } from "../lib/format";
import { CountdownRing } from "../ui/bits";
import { ChannelIcon } from "../ui/channel-icon";
import { IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { useBusy } from "./actions";
import { contactTitle, customerName, type Conversation } from "./conversations";
import { useDraft } from "./drafts";
import { useOfferTime } from "./offer-card";
import { isSpoken, wordless } from "./preview";
import "./rail.css";

/** Milliseconds for which "is typing" stays true without another sign. */
export const TYPING_FOR = 5_000;

interface Props {
  conversations: Conversation[];
  offers: Offer[];
  open: readonly string[];
  focused: string | null;
  canOpenBeside: boolean;
  onOpen: (contactId: string, beside: boolean) => void;
  onAccept: (offer: Offer) => void;
  onDecline: (offer: Offer) => void;
}

export function Rail(props: Props) {
  const { t } = useTexts();
  const { conversations, offers } = props;
  return (
    <nav className="rail" aria-label={t("rail.label")}>
      {offers.length > 0 && (
        <section>
          <h2 className="rail-heading">
            {t("rail.offers")} <span className="badge">{offers.length}</span>
          </h2>
          <ul>
            {offers.map((offer) => (
              <OfferRow
                key={offer.id}
                offer={offer}
                onAccept={() => props.onAccept(offer)}
                onDecline={() => props.onDecline(offer)}
              />
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2 className="rail-heading">
          {t("rail.conversations")}
          {conversations.length > 0 && <span className="rail-count">{conversations.length}</span>}
        </h2>
        {conversations.length === 0 && <p className="rail-empty">{t("rail.empty")}</p>}
        <ul>
          {conversations.map((conversation, index) => (
            <ConversationRow
              key={conversation.contact.id}
              conversation={conversation}
              number={index + 1}
              isOpen={props.open.includes(conversation.contact.id)}
              isFocused={props.focused === conversation.contact.id}
              canOpenBeside={props.canOpenBeside}
              onOpen={props.onOpen}
            />
          ))}
        </ul>
      </section>
    </nav>
  );
}

function OfferRow(props: { offer: Offer; onAccept: () => void; onDecline: () => void }) {
  const { t } = useTexts();
  const { offer, onAccept, onDecline } = props;
  const busy = useBusy(offer.id);
  const { seconds, share } = useOfferTime(offer);
  const waited = secondsSince(offer.contact.arrived_at, useServerNow());
  return (
    <li className="offer-row">
      <CountdownRing
        left={share}
        seconds={seconds}
        size={40}
        label={t("offer.seconds", { seconds: Math.ceil(seconds) })}
      />
      <span className="offer-row-text">
        <strong className="truncate">{customerName(offer.contact)}</strong>
        <span className="truncate">
          {offer.contact.consult === null
            ? codeText(t, "channels", offer.contact.channel)
            : contactTitle(offer.contact)}{" "}
          · {offer.contact.queue.name}
        </span>
        <span className="truncate">{t("offer.waited", { time: shortDuration(waited) })}</span>
      </span>
      <span className="offer-row-actions">
        <IconButton
          icon="accept"
          label={t("offer.accept")}
          shortcut="Alt A"
          isDisabled={busy}
          onPress={onAccept}
        />
        <IconButton
          icon="decline"
          label={t("offer.decline")}
          shortcut="Alt D"
          isDisabled={busy}
          onPress={onDecline}
        />
      </span>
    </li>
  );
}

interface RowProps {
  conversation: Conversation;
  number: number;
  isOpen: boolean;
  isFocused: boolean;
  canOpenBeside: boolean;
  onOpen: (contactId: string, beside: boolean) => void;
}

function ConversationRow({ conversation, number, isOpen, isFocused, canOpenBeside, onOpen }: RowProps) {
  const { t, language } = useTexts();
  const { contact, unread, failed, lastMessage } = conversation;
  const at = contact.last_message_at;
  return (
    <li className="row" data-open={isOpen || undefined} data-focused={isFocused || undefined}>
      <AriaButton
        className="row-button"
        aria-current={isFocused ? "true" : undefined}
        aria-keyshortcuts={number <= 9 ? `Alt+${number}` : undefined}
        onPress={() => onOpen(contact.id, false)}
      >
        <ChannelIcon channel={contact.channel} size={36} />
        <span className="row-text">
          <span className="row-top">
            <strong className="truncate">{customerName(contact)}</strong>
            <time dateTime={at ?? undefined}>{at ? timeOfDay(at, language) : ""}</time>
          </span>
          <span className="row-bottom">
            <Preview conversation={conversation} lastMessage={lastMessage} />
            {failed && (
              <span className="row-failed" role="img" aria-label={t("rail.failed")} title={t("rail.failed")}>
                <Icon name="alert" size={16} />
              </span>
            )}
            {unread > 0 && (
              <span className="badge">
                <span aria-hidden="true">{unread}</span>
                <span className="visually-hidden">{t("rail.unread", { count: unread })}</span>
              </span>
            )}
          </span>
          <Timers conversation={conversation} />
        </span>
      </AriaButton>
      {canOpenBeside && !isOpen && (
        <span className="row-beside">
          <IconButton
            icon="columns"
            size="s"
            label={t("rail.beside")}
            shortcut={number <= 9 ? `Alt ⇧ ${number}` : undefined}
            onPress={() => onOpen(contact.id, true)}
          />
        </span>
      )}
    </li>
  );
}

function Preview({
  conversation,
  lastMessage,
}: {
  conversation: Conversation;
  lastMessage: Conversation["lastMessage"];
}) {
  const { t } = useTexts();
  const { contact } = conversation;
  const draft = useDraft(contact.id);
  const typingAt = useLive((state) => state.typing[contact.id]);
  const now = useLocalNow();
  if (typingAt !== undefined && now - typingAt < TYPING_FOR)
    return <span className="row-preview is-typing">{t("rail.typing")}</span>;
  if (draft.text !== "")
    return (
      <span className="row-preview truncate">
        <em>{t("rail.draft")}:</em> {draft.text}
      </span>
    );
  const text = lastMessage?.text ?? contact.preview ?? "";
  if (contact.consult !== null) return <span className="row-preview truncate">{contactTitle(contact)}</span>;
  const mine = lastMessage?.direction === "out" ? `${t("message.you")}: ` : "";
  const said = text || t(`rail.wordless.${wordless(contact, lastMessage)}`);
  return <span className="row-preview truncate">{mine + said}</span>;
}

function Timers({ conversation }: { conversation: Conversation }) {
  const { t } = useTexts();
  const now = useServerNow();
  const { contact, unansweredSince } = conversation;
  if (contact.state === "wrap_up") {
    const left = secondsUntil(contact.wrap_up_until, now);
    return (
      <span className="row-timer" data-tone={left < 15 ? "bad" : "accent"}>
        <Icon name="clock" size={14} /> {t("rail.wrapUp")} {clockDuration(left)}
      </span>
    );
  }
  if (contact.state === "connecting") return <span className="row-timer">{t("states.connecting")}…</span>;
  if (unansweredSince === null || isSpoken(contact)) return null;
  const waited = secondsSince(unansweredSince, now);
  const time = waited < 3600 ? clockDuration(waited) : shortDuration(waited);
  return (
    <span className="row-timer" data-tone={waited > 120 ? "bad" : "warn"} title={t("rail.waiting", { time })}>
      <Icon name="clock" size={14} />
      <span aria-hidden="true">{time}</span>
      <span className="visually-hidden">{t("rail.waiting", { time: shortDuration(waited) })}</span>
    </span>
  );
}
