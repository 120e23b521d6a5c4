/** Who is in a call, who is coming, and what the agent who holds it does with each of them. */
import type { CallNow, ConsultNow, Participant } from "../api/calls";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { useTexts } from "../i18n";
import { clockDuration, prettyAddress, secondsSince } from "../lib/format";
import { Avatar } from "../ui/bits";
import { Button, IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useCallActions } from "./call-actions";
import { expectEnd, isThere, othersThan } from "./call-news";
import { customerName } from "./conversations";

interface Props {
  contact: Contact;
  call: CallNow;
  busy: boolean;
}

export function CallPeople({ contact, call, busy }: Props) {
  const { t } = useTexts();
  const { people, coming } = presence(call, contact.consult === null);
  if (people.length < 3 && coming === null) return null;
  return (
    <ul className="call-people" aria-label={t("calls.participants")}>
      {people.map((one) => (
        <Person key={one.leg} contact={contact} call={call} person={one} busy={busy} />
      ))}
      {coming && <Coming contact={contact} call={call} consult={coming} busy={busy} />}
    </ul>
  );
}

/** Who is in a call or called into it, and the consult that nobody has come of yet, if that is `told`. */
export function presence(call: CallNow, told = true): { people: Participant[]; coming: ConsultNow | null } {
  const { consult } = call;
  const coming = told && consult !== null && !isThere(call, consult) ? consult : null;
  // Whom the consult's own line tells of is not said to be called besides.
  const people = call.participants.filter(
    (one) => !hasLeft(one) && (coming === null || !isWhoComes(one, coming)),
  );
  return { people, coming };
}

/** The agent who handed the call over: their telephone is about to be free. */
function hasLeft(person: Participant): boolean {
  return person.role === "agent" && !person.yours && person.state === "calling";
}

function isWhoComes(person: Participant, consult: ConsultNow): boolean {
  return person.role === "guest" && person.agent_id !== null && person.agent_id === consult.agent?.id;
}

export function usePersonName(): (person: Participant, customer: string) => string {
  const { t } = useTexts();
  return (person, customer) => {
    if (person.yours) return t("calls.you");
    if (person.role === "customer") return customer;
    const address = person.address.startsWith("agent:") ? null : prettyAddress(person.address);
    return person.name ?? address ?? t(`calls.${person.role}`);
  };
}

/** Somebody is asked and not here yet: how far that is. */
function Coming({ contact, call, consult, busy }: Props & { consult: ConsultNow }) {
  const { t } = useTexts();
  const now = useServerNow();
  const actions = useCallActions(contact.id);
  const cancel = () => {
    expectEnd(consult.id);
    void actions.cancelConsult(call.held && othersThan(call, null).length === 0);
  };
  return (
    <li data-calling>
      <span className="call-coming">
        <Icon name="clock" size={18} />
      </span>
      <span className="call-person">
        <strong role="status">
          <HowFar consult={consult} />
        </strong>
        <small>{clockDuration(secondsSince(consult.since, now))}</small>
      </span>
      <Button size="s" icon="close" isDisabled={busy} onPress={cancel}>
        {t("calls.cancelConsult")}
      </Button>
    </li>
  );
}

export function HowFar({ consult }: { consult: ConsultNow }) {
  const { t } = useTexts();
  const { state, to_agent, agent, queue } = consult;
  const name = (agent ?? to_agent)?.name;
  if (state === "connecting" || state === "connected")
    return name === undefined ? t("calls.comesShort") : t("calls.comes", { name });
  if (state === "offered")
    return name === undefined ? t("calls.ringsInQueue", { queue: queue.name }) : t("calls.ringsAt", { name });
  return name === undefined ? t("calls.waitsInQueue", { queue: queue.name }) : t("calls.waitsFor", { name });
}

/** A guest from the center is a colleague. */
function kindOf({ role, agent_id }: Participant) {
  return role === "guest" && agent_id !== null ? "colleague" : role;
}

function Person({ contact, call, person, busy }: Props & { person: Participant }) {
  const { t } = useTexts();
  const name = usePersonName()(person, customerName(contact));
  const holds = contact.consult === null;
  const notes = [
    person.state === "calling" ? t("calls.calling") : null,
    person.role === "customer" ? null : t(`calls.${kindOf(person)}`),
    person.held ? t("calls.onHold") : null,
    person.muted ? t("calls.isMuted") : null,
    person.coaching ? t("calls.coaching") : null,
  ].filter((note) => note !== null);
  return (
    <li data-calling={person.state === "calling" || undefined}>
      <Avatar name={person.name ?? name} size={26} />
      <span className="call-person">
        <strong className="truncate">{name}</strong>
        <small>{notes.join(" · ")}</small>
      </span>
      {holds && <PersonVerbs contact={contact} call={call} person={person} name={name} busy={busy} />}
    </li>
  );
}

function PersonVerbs({ contact, call, person, name, busy }: Props & { person: Participant; name: string }) {
  const { t } = useTexts();
  const actions = useCallActions(contact.id);
  const guest = person.role === "guest";
  if (!guest && person.role !== "supervisor") return null;
  const handOver = async () => {
    if (await actions.complete(person.leg)) toast("ok", t("calls.handedOver", { name }));
  };
  // The customer waits for this one's sake only: who lets them go is with the customer again.
  const back = guest && call.held && othersThan(call, person.leg).length === 0;
  const remove = () => {
    if (call.consult !== null && isWhoComes(person, call.consult)) expectEnd(call.consult.id);
    void actions.remove(person.leg, back);
  };
  return (
    <span className="call-person-verbs">
      {guest && person.state === "in_call" && (
        <Button
          size="s"
          kind="primary"
          icon="transfer"
          isDisabled={busy}
          aria-label={t("calls.handOver", { name })}
          onPress={() => void handOver()}
        >
          {t("calls.handOverShort")}
        </Button>
      )}
      {back ? (
        <Button size="s" icon="back" isDisabled={busy} onPress={remove}>
          {t("calls.back")}
        </Button>
      ) : (
        <IconButton
          icon="close"
          size="s"
          label={t("calls.remove", { name })}
          isDisabled={busy}
          onPress={remove}
        />
      )}
    </span>
  );
}
