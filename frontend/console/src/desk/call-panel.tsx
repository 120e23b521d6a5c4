/** The call of the open conversation: how it stands, who is in it, and what can be done with it. */
import { useState } from "react";
import { useCall, type CallNow, type Participant } from "../api/calls";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { useTexts } from "../i18n";
import { clockDuration, prettyAddress, secondsSince } from "../lib/format";
import { useShortcuts } from "../lib/shortcuts";
import { Avatar } from "../ui/bits";
import { Button, IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useBusy } from "./actions";
import { useCallActions } from "./call-actions";
import { customerName } from "./conversations";
import { InviteDialog } from "./invite-dialog";
import { PhoneHint } from "./phone-bar";
import "./call-panel.css";

export function CallPanel({ contact, isFocused }: { contact: Contact; isFocused: boolean }) {
  const { t } = useTexts();
  const { data: call } = useCall(contact.id, contact.version);
  const actions = useCallActions(contact.id);
  const busy = useBusy(contact.id);
  const [inviting, setInviting] = useState(false);
  const up = contact.state === "connected";
  const able = up && isFocused && !busy && call !== undefined;
  const hold = () => void actions.hold(!call?.held);
  const mute = () => void actions.mute(!call?.muted);
  useShortcuts({
    hold: () => able && hold(),
    mute: () => able && mute(),
    invite: () => able && setInviting(true),
  });
  return (
    <section
      className="call"
      aria-label={t("calls.panel")}
      data-held={call?.held === true ? true : undefined}
    >
      <CallState contact={contact} call={call} />
      {up && (
        <div className="call-verbs">
          <Button
            size="s"
            icon={call?.held ? "play" : "pause"}
            isDisabled={busy}
            onPress={hold}
            aria-keyshortcuts="Alt+H"
          >
            {t(call?.held ? "calls.resume" : "calls.hold")}
          </Button>
          <Button
            size="s"
            icon={call?.muted ? "micOff" : "mic"}
            isDisabled={busy}
            onPress={mute}
            aria-keyshortcuts="Alt+U"
          >
            {t(call?.muted ? "calls.unmute" : "calls.mute")}
          </Button>
          <Button
            size="s"
            icon="plus"
            isDisabled={busy}
            onPress={() => setInviting(true)}
            aria-keyshortcuts="Alt+P"
          >
            {t("calls.invite")}
          </Button>
          {call && call.recording !== "off" && (
            <IconButton
              icon="record"
              size="s"
              label={t(call.recording === "paused" ? "calls.record" : "calls.pause")}
              active={call.recording === "paused"}
              isDisabled={busy}
              onPress={() => void actions.record(call.recording === "paused")}
            />
          )}
        </div>
      )}
      {call && up && <Participants contact={contact} call={call} busy={busy} />}
      {call?.known === false && (
        <p className="call-warning" role="status">
          <Icon name="alert" size={16} /> {t("calls.unknown")}
        </p>
      )}
      {contact.state === "connecting" && <PhoneHint />}
      {inviting && <InviteDialog contact={contact} onClose={() => setInviting(false)} />}
    </section>
  );
}

function CallState({ contact, call }: { contact: Contact; call: CallNow | undefined }) {
  const { t } = useTexts();
  const now = useServerNow();
  const consulting = call?.held === true && call.participants.some((one) => one.role === "guest");
  const line =
    contact.state === "connecting"
      ? t("calls.ringing")
      : consulting
        ? t("calls.consulting")
        : t(call?.held ? "calls.held" : "calls.connected");
  const since = contact.state === "connecting" ? contact.state_since : contact.connected_at;
  return (
    <p className="call-state">
      <Icon name="phone" size={18} />
      <strong role="status">{line}</strong>
      <span className="call-timer" aria-hidden="true">
        {clockDuration(secondsSince(since, now))}
      </span>
      {call?.muted && <span className="tag tag-warn">{t("calls.muted")}</span>}
      {call?.recording === "paused" && <span className="tag tag-warn">{t("calls.paused")}</span>}
    </p>
  );
}

interface ListProps {
  contact: Contact;
  call: CallNow;
  busy: boolean;
}

function Participants({ contact, call, busy }: ListProps) {
  const { t } = useTexts();
  const others = call.participants.filter((one) => !one.yours);
  if (others.length < 2 && call.participants.length < 3) return null;
  return (
    <ul className="call-people" aria-label={t("calls.participants")}>
      {others.map((one) => (
        <Person key={one.leg} contact={contact} call={call} person={one} busy={busy} />
      ))}
    </ul>
  );
}

export function usePersonName(): (person: Participant, customer: string) => string {
  const { t } = useTexts();
  return (person, customer) => {
    if (person.role === "customer") return customer;
    const address = person.address.startsWith("agent:") ? null : prettyAddress(person.address);
    return person.name ?? address ?? t(`calls.${person.role}`);
  };
}

interface PersonProps extends ListProps {
  person: Participant;
}

function Person({ contact, call, person, busy }: PersonProps) {
  const { t } = useTexts();
  const actions = useCallActions(contact.id);
  const name = usePersonName()(person, customerName(contact));
  const guest = person.role === "guest";
  const notes = [
    person.state === "calling" ? t("calls.calling") : null,
    person.role === "customer" ? null : t(`calls.${person.role}`),
    person.held ? t("calls.onHold") : null,
    person.muted ? t("calls.isMuted") : null,
    person.coaching ? t("calls.coaching") : null,
  ].filter((note) => note !== null);
  const handOver = async () => {
    if (await actions.complete(person.leg)) toast("ok", t("calls.handedOver", { name }));
  };
  return (
    <li data-calling={person.state === "calling" || undefined}>
      <Avatar name={name} size={26} />
      <span className="call-person">
        <strong className="truncate">{name}</strong>
        <small>{notes.join(" · ")}</small>
      </span>
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
      {(guest || person.role === "supervisor") && (
        <IconButton
          icon="close"
          size="s"
          label={t("calls.remove", { name })}
          isDisabled={busy}
          onPress={() => void actions.remove(person.leg, guest && call.held)}
        />
      )}
    </li>
  );
}
