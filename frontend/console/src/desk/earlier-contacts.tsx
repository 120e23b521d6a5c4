/** The customer's other contacts, newest first; each can be read. */
import { Button } from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { dateAndTime } from "../lib/format";
import { ChannelIcon } from "../ui/channel-icon";
import { Empty } from "../ui/states";
import { isSpoken, wordless } from "./preview";

interface Props {
  contacts: readonly Contact[];
  onOpen: (id: string) => void;
}

/** The configured name of a disposition. */
export function useDispositionName(): (contact: Contact) => string | null {
  const queues = useDesk()?.queues;
  return (contact) => {
    if (contact.disposition === null) return null;
    const all = queues?.flatMap((queue) => queue.dispositions) ?? [];
    return all.find((one) => one.id === contact.disposition)?.name ?? contact.disposition;
  };
}

export function EarlierContacts({ contacts, onOpen }: Props) {
  const { t } = useTexts();
  if (contacts.length === 0) return <Empty icon="history">{t("customer.noEarlier")}</Empty>;
  return (
    <ul className="earlier">
      {contacts.map((contact) => (
        <EarlierRow key={contact.id} contact={contact} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function EarlierRow({ contact, onOpen }: { contact: Contact; onOpen: (id: string) => void }) {
  const { t, language } = useTexts();
  const disposition = useDispositionName()(contact);
  const now = useServerNow();
  const said = contact.preview === "" ? null : contact.preview;
  const result =
    disposition ??
    (contact.outcome ? codeText(t, "outcomes", contact.outcome) : codeText(t, "states", contact.state));
  return (
    <li>
      <Button className="earlier-row" onPress={() => onOpen(contact.id)}>
        <ChannelIcon channel={contact.channel} size={28} />
        <span className="earlier-text">
          <span className="earlier-top">
            <strong className="truncate">{contact.queue.name}</strong>
            <time dateTime={contact.arrived_at}>{dateAndTime(contact.arrived_at, now, language)}</time>
          </span>
          <span className="truncate">
            {said ?? (isSpoken(contact) ? t(`rail.wordless.${wordless(contact, null)}`) : "—")}
          </span>
          <span className="earlier-result">
            <span className={contact.state === "closed" ? "tag" : "tag tag-accent"}>{result}</span>
            {contact.agent && <span className="truncate">{contact.agent.name}</span>}
          </span>
        </span>
      </Button>
    </li>
  );
}
