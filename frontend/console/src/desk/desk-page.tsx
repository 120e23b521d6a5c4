/** The agent's desk: the list, up to three conversations, the customer. */
import { useEffect, useState } from "react";
import { useContactDetail, useDesk } from "../api/queries";
import type { Contact, Offer } from "../api/types";
import { useLive } from "../context";
import { useTexts } from "../i18n";
import { useShortcuts } from "../lib/shortcuts";
import { load, save } from "../lib/storage";
import { useStore } from "../lib/store";
import { IconButton } from "../ui/controls";
import { Loading } from "../ui/states";
import { useContactActions } from "./actions";
import { CallNewsTeller, useDepartures } from "./consult";
import { ConversationPane } from "./conversation";
import { useConversations, type Conversation } from "./conversations";
import { CustomerPanel } from "./customer-panel";
import { changeDraft } from "./drafts";
import { askToCompose } from "./focus";
import { useLayout } from "./layout";
import { OfferCard } from "./offer-card";
import { fit, hide, panes, show } from "./panes";
import { Rail } from "./rail";
import { Ringing } from "./ringing";
import { EmptyStage } from "./stage";
import { TransferDialog } from "./transfer-dialog";
import "./desk-page.css";

export function DeskPage() {
  const { t } = useTexts();
  const ready = useLive((state) => state.generation > 0);
  useDesk();
  const conversations = useConversations();
  const contacts = useLive((state) => state.contacts);
  const offers = useLive((state) => state.offers);
  const agent = useLive((state) => state.agent);
  const { open, focused } = useStore(panes, (state) => state);
  const layout = useLayout(open.length);
  const actions = useContactActions();
  const [transferring, setTransferring] = useState<string | null>(null);
  const [panel, setPanel] = useState({ beside: load("local", "panel", true), over: false });

  useEffect(() => {
    if (!ready) return;
    const before = panes.get();
    const after = fit(before, new Set(Object.keys(contacts)), layout.maxPanes);
    panes.set(after);
    // The conversation that had the keyboard is gone: its neighbour gets it.
    if (before.focused === null || before.focused === after.focused) return;
    if (after.focused !== null) askToCompose(after.focused);
    else document.getElementById("main")?.focus();
  }, [contacts, layout.maxPanes, ready]);

  const shown = open.map((id) => contacts[id]).filter((one) => one !== undefined);
  const current = shown.find((one) => one.id === focused) ?? shown[0] ?? null;
  const panelShown = current !== null && (layout.panelBeside ? panel.beside : panel.over);
  const togglePanel = () => {
    const next = layout.panelBeside ? { ...panel, beside: !panel.beside } : { ...panel, over: !panel.over };
    setPanel(next);
    save("local", "panel", next.beside);
  };
  const openContact = (id: string, beside: boolean) => {
    panes.set((state) => show(state, id, beside, layout.maxPanes));
    askToCompose(id);
  };
  useDepartures((id) => openContact(id, true));
  const accept = async (offer: Offer) => {
    if (await actions.accept(offer.id)) openContact(offer.contact.id, true);
  };
  const close = (id: string) => panes.set((state) => hide(state, id));
  useDeskShortcuts({
    conversations,
    offers,
    current,
    accept,
    openContact,
    togglePanel,
    close,
    setTransferring,
  });

  const target = transferring === null ? undefined : contacts[transferring];
  const unread = conversations.reduce((sum, one) => sum + one.unread, 0);
  const columns = { "--panes": Math.max(1, shown.length) } as React.CSSProperties;
  const first = offers[0];
  return (
    <div className="desk" data-panel={panelShown && layout.panelBeside ? "beside" : undefined}>
      <h1 className="visually-hidden">{t("nav.desk")}</h1>
      <Ringing unread={unread} />
      {conversations.map(({ contact }) => (
        <KeepRead key={contact.id} id={contact.id} />
      ))}
      {conversations
        .filter(({ contact }) => contact.media === "voice" && contact.consult === null)
        .map(({ contact }) => (
          <CallNewsTeller key={contact.id} contact={contact} />
        ))}
      <Rail
        conversations={conversations}
        offers={offers}
        open={open}
        focused={current?.id ?? null}
        canOpenBeside={shown.length > 0 && shown.length < layout.maxPanes}
        onOpen={openContact}
        onAccept={(offer) => void accept(offer)}
        onDecline={(offer) => void actions.decline(offer.id)}
      />
      <main
        className="stage"
        id="main"
        tabIndex={-1}
        data-handle={current !== null && !panelShown ? true : undefined}
      >
        {!ready && <Loading />}
        {ready && shown.length === 0 && offers.length === 0 && (
          <EmptyStage agent={agent} hasConversations={conversations.length > 0} />
        )}
        {first && (
          <div className="stage-offer" data-over={shown.length > 0 || undefined}>
            <OfferCard
              key={first.id}
              offer={first}
              compact={shown.length > 0}
              more={offers.length - 1}
              onAccept={() => void accept(first)}
              onDecline={() => void actions.decline(first.id)}
            />
          </div>
        )}
        {shown.length > 0 && (
          <div className="panes" data-count={shown.length} style={columns}>
            {shown.map((contact) => (
              <ConversationPane
                key={contact.id}
                contact={contact}
                isFocused={contact.id === current?.id}
                canClose={shown.length > 1}
                onFocus={() => panes.set((state) => show(state, contact.id, false, layout.maxPanes))}
                onClose={() => close(contact.id)}
                onTransfer={() => setTransferring(contact.id)}
                onPanel={togglePanel}
              />
            ))}
          </div>
        )}
        {current && !panelShown && (
          <span className="panel-handle">
            <IconButton icon="panel" label={t("customer.show")} shortcut="Alt I" onPress={togglePanel} />
          </span>
        )}
      </main>
      {current && panelShown && (
        <div className={layout.panelBeside ? "panel-slot" : "panel-slot is-over"}>
          <CustomerPanel key={current.id} contact={current} onClose={togglePanel} />
        </div>
      )}
      {target && <TransferDialog contact={target} onClose={() => setTransferring(null)} />}
    </div>
  );
}

/** Reads a held contact once, so that unread counts and failures are right for all of them. */
function KeepRead({ id }: { id: string }) {
  useContactDetail(id);
  return null;
}

interface ShortcutProps {
  conversations: Conversation[];
  offers: Offer[];
  current: Contact | null;
  accept: (offer: Offer) => Promise<void>;
  openContact: (id: string, beside: boolean) => void;
  togglePanel: () => void;
  close: (id: string) => void;
  setTransferring: (id: string) => void;
}

function useDeskShortcuts(props: ShortcutProps): void {
  const { conversations, offers, current, accept, openContact, togglePanel, close, setTransferring } = props;
  const { decline, end } = useContactActions();
  const connected = current?.state === "connected" ? current.id : null;
  const first = offers[0];
  useShortcuts({
    accept: () => first && void accept(first),
    decline: () => first && void decline(first.id),
    digit: (digit, beside) => {
      const wanted = conversations[digit - 1];
      if (wanted) openContact(wanted.contact.id, beside);
    },
    nextUnread: () => {
      const at = conversations.findIndex((one) => one.contact.id === current?.id);
      const after = [...conversations.slice(at + 1), ...conversations.slice(0, at + 1)];
      const next = after.find((one) => one.unread > 0) ?? after.find((one) => one.unansweredSince !== null);
      if (next) openContact(next.contact.id, false);
    },
    compose: () => {
      if (!current) return;
      changeDraft(current.id, { note: false });
      askToCompose(current.id);
    },
    note: () => {
      if (!current) return;
      changeDraft(current.id, { note: true });
      askToCompose(current.id);
    },
    end: () => connected !== null && void end(connected),
    transfer: () => connected !== null && current?.consult === null && setTransferring(connected),
    panel: togglePanel,
    closePane: () => current && close(current.id),
  });
}
