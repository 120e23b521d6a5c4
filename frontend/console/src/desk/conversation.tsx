/** One conversation: who it is with, what was said, and what can be done now. */
import { useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useContactDetail } from "../api/queries";
import type { Contact } from "../api/types";
import { codeText, useTexts } from "../i18n";
import { prettyAddress } from "../lib/format";
import { useStore } from "../lib/store";
import { ChannelIcon } from "../ui/channel-icon";
import { Button, IconButton } from "../ui/controls";
import { Failed, Loading } from "../ui/states";
import { useBusy, useContactActions } from "./actions";
import { CallPanel } from "./call-panel";
import { Composer } from "./composer";
import { ConsultBanner, useNotes } from "./consult";
import { contactTitle, customerName } from "./conversations";
import { Thread } from "./thread";
import { usePending } from "./pending";
import { useMarkSeen } from "./unread";
import { WrapUp } from "./wrap-up";
import { composeRequest } from "./focus";
import "./conversation.css";

interface Props {
  contact: Contact;
  isFocused: boolean;
  canClose: boolean;
  onFocus: () => void;
  onClose: () => void;
  onTransfer: () => void;
  onPanel: () => void;
}

export function ConversationPane(props: Props) {
  const { contact, isFocused, canClose, onFocus, onClose, onTransfer, onPanel } = props;
  const { t } = useTexts();
  const name = customerName(contact);
  const detail = useContactDetail(contact.id);
  const thread = useNotes(contact);
  const pending = usePending(contact.id, thread.messages);
  const pane = useRef<HTMLElement>(null);
  useMarkSeen(contact.id, thread.messages);
  useComposeRequests(contact, isFocused, pane);

  const wrapUp = contact.state === "wrap_up";
  return (
    <section
      ref={pane}
      className="pane"
      tabIndex={-1}
      data-focused={isFocused || undefined}
      aria-label={t("pane.label", { name })}
      onFocusCapture={onFocus}
      onPointerDownCapture={onFocus}
    >
      <header className="pane-head">
        <ChannelIcon channel={contact.channel} size={34} />
        <AriaButton className="pane-who" onPress={onPanel}>
          <strong className="truncate">{name}</strong>
          <span className="truncate">
            {contact.consult !== null && `${contactTitle(contact)} · `}
            {contact.queue.name} ·{" "}
            {contact.channel === "chat" ? codeText(t, "channels", "chat") : prettyAddress(contact.address)}
          </span>
          <span className="visually-hidden">{t("pane.customer")}</span>
        </AriaButton>
        {contact.consult === null && <PaneActions contact={contact} onTransfer={onTransfer} />}
        {canClose && <IconButton icon="close" label={t("pane.close")} shortcut="Alt W" onPress={onClose} />}
      </header>
      {contact.consult !== null && <ConsultBanner contact={contact} />}
      {contact.media === "voice" && !wrapUp && <CallPanel contact={contact} isFocused={isFocused} />}
      {detail.isPending && thread.messages.length === 0 && <Loading />}
      {detail.isError && thread.messages.length === 0 && (
        <Failed error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {(detail.isSuccess || thread.messages.length > 0) && (
        <Thread contact={contact} messages={thread.messages} pending={pending} />
      )}
      {wrapUp && <WrapUp contact={contact} isFocused={isFocused} />}
      {!wrapUp && contact.consult === null && <Composer contact={contact} />}
    </section>
  );
}

/** The keyboard asked for the message box, the note or the answers of the focused pane; in a consult nothing is written. */
function useComposeRequests(
  { id, consult }: Contact,
  isFocused: boolean,
  pane: React.RefObject<HTMLElement | null>,
): void {
  const wanted = useStore(composeRequest, (value) => value);
  useEffect(() => {
    if (!isFocused || wanted?.contactId !== id) return;
    const field = pane.current?.querySelector<HTMLElement>("textarea, [role=radiogroup] input");
    const box = field ?? (consult === null ? null : pane.current);
    if (!box) return;
    box.focus();
    composeRequest.set(null);
  });
}

function PaneActions({ contact, onTransfer }: { contact: Contact; onTransfer: () => void }) {
  const { t } = useTexts();
  const { end } = useContactActions();
  const busy = useBusy(contact.id);
  if (contact.state !== "connected") return null;
  return (
    <span className="pane-actions">
      <IconButton
        icon="transfer"
        label={t("pane.transfer")}
        shortcut="Alt T"
        onPress={onTransfer}
        isDisabled={busy}
      />
      <Button
        size="s"
        icon="end"
        isDisabled={busy}
        onPress={() => void end(contact.id)}
        aria-keyshortcuts="Alt+E"
      >
        <span className="pane-end-text">{t("pane.end")}</span>
      </Button>
    </span>
  );
}
