/** All contacts, the newest first, to find and read one. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { request } from "../api/client";
import { useDesk } from "../api/queries";
import type { Contact, ContactState } from "../api/types";
import { useServerNow } from "../context";
import { ContactDialog } from "../desk/contact-dialog";
import { customerName } from "../desk/conversations";
import { useDispositionName } from "../desk/earlier-contacts";
import { codeText, useTexts } from "../i18n";
import { dateAndTime } from "../lib/format";
import { ChannelIcon } from "../ui/channel-icon";
import { Button, TextField } from "../ui/controls";
import { Select } from "../ui/select";
import { Empty, Failed, Loading } from "../ui/states";
import { useInterventions } from "./contact-actions";

const STATES: readonly ContactState[] = [
  "waiting",
  "offered",
  "connecting",
  "connected",
  "wrap_up",
  "closed",
];
/** Milliseconds without typing before the search runs. */
const SETTLE = 300;

interface Filter {
  q: string;
  state: string;
  queue: string;
  channel: string;
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function useContacts(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["contacts", filter],
    initialPageParam: "",
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ limit: "50" });
      for (const [name, value] of Object.entries({ ...filter, before: pageParam }))
        if (value) query.set(name, value);
      return request<{ contacts: Contact[]; next: string | null }>(`/contacts?${query.toString()}`);
    },
    getNextPageParam: (page) => page.next,
  });
}

export function ContactsPage() {
  const { t } = useTexts();
  const desk = useDesk();
  const [filter, setFilter] = useState<Filter>({ q: "", state: "", queue: "", channel: "" });
  const [reading, setReading] = useState<string | null>(null);
  const q = useSettled(filter.q.trim());
  const found = useContacts({ ...filter, q });
  const all = { id: "", name: t("contacts.all") };
  const contacts = found.data?.pages.flatMap((page) => page.contacts) ?? [];
  return (
    <section className="card contacts">
      <header className="contacts-filter">
        <TextField
          label={t("contacts.search")}
          icon="search"
          value={filter.q}
          onChange={(value) => setFilter({ ...filter, q: value })}
        />
        <Select
          label={t("contacts.state")}
          value={filter.state}
          options={[all, ...STATES.map((id) => ({ id, name: t(`states.${id}`) }))]}
          onChange={(state) => setFilter({ ...filter, state })}
        />
        <Select
          label={t("contacts.queue")}
          value={filter.queue}
          options={[all, ...(desk?.queues ?? [])]}
          onChange={(queue) => setFilter({ ...filter, queue })}
        />
        <Select
          label={t("contacts.channel")}
          value={filter.channel}
          options={[
            all,
            ...(desk?.channels ?? []).map(({ id }) => ({ id, name: codeText(t, "channels", id) })),
          ]}
          onChange={(channel) => setFilter({ ...filter, channel })}
        />
      </header>
      {found.isPending && <Loading />}
      {found.isError && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && contacts.length === 0 && <Empty icon="search">{t("contacts.none")}</Empty>}
      {contacts.length > 0 && <ContactsTable contacts={contacts} onOpen={setReading} />}
      {found.hasNextPage && (
        <p className="contacts-more">
          <Button onPress={() => void found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>
            {t("contacts.more")}
          </Button>
        </p>
      )}
      {reading !== null && <ContactDialog id={reading} onClose={() => setReading(null)} />}
    </section>
  );
}

function ContactsTable({ contacts, onOpen }: { contacts: readonly Contact[]; onOpen: (id: string) => void }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const disposition = useDispositionName();
  const interventions = useInterventions();
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th>{t("supervisor.customer")}</th>
            <th>{t("supervisor.queue")}</th>
            <th>{t("supervisor.agent")}</th>
            <th>{t("contacts.outcome")}</th>
            <th>{t("supervisor.arrived")}</th>
            <th>
              <span className="visually-hidden">{t("interventions.column")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={contact.id}>
              <th scope="row">
                <button type="button" className="cell-contact" onClick={() => onOpen(contact.id)}>
                  <ChannelIcon channel={contact.channel} size={26} />
                  <span>
                    <span className="truncate">{customerName(contact)}</span>
                    <small className="truncate">{contact.preview}</small>
                  </span>
                </button>
              </th>
              <td>{contact.queue.name}</td>
              <td>{contact.agent?.name ?? "—"}</td>
              <td>
                {contact.state === "closed" ? (
                  <span className="tag">
                    {disposition(contact) ??
                      codeText(t, "outcomes", contact.outcome ?? "closed", t("states.closed"))}
                  </span>
                ) : (
                  <span className="tag tag-accent">{codeText(t, "states", contact.state)}</span>
                )}
              </td>
              <td>{dateAndTime(contact.arrived_at, now, language)}</td>
              <td className="number">{interventions.menu(contact)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {interventions.dialog}
    </div>
  );
}
