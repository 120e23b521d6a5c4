/** Somebody's calls, and those in which they give advice, for their supervisor: listen, talk to the agent or to all, leave. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCall, type CallNow, type Participant } from "../api/calls";
import { request } from "../api/client";
import type { AgentLoad, Contact } from "../api/types";
import { useServerNow, useSession } from "../context";
import { numberOf, useCallActions, useCallBusy, type SupervisorMode } from "../desk/call-actions";
import { HowFar, presence, usePersonName } from "../desk/call-people";
import { useAsker } from "../desk/consult";
import { customerName } from "../desk/conversations";
import { PhoneHint } from "../desk/phone-bar";
import { expectCall } from "../desk/softphone";
import { useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { Avatar } from "../ui/bits";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Failed, Loading } from "../ui/states";
import "../desk/call-panel.css";

const MODES: readonly SupervisorMode[] = ["listen", "whisper", "barge"];

function modeOf(person: Participant): SupervisorMode {
  if (person.coaching) return "whisper";
  return person.muted ? "listen" : "barge";
}

/** Milliseconds after which the list is read again: a call that was handed over is somebody else's. */
const EVERY = 5_000;

export function CallDialog({ agent, onClose }: { agent: AgentLoad; onClose: () => void }) {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["calls of", agent.id, agent.contacts.voice],
    queryFn: () => request<{ calls: Contact[] }>(`/agents/${encodeURIComponent(agent.id)}/calls`),
    refetchInterval: EVERY,
  });
  return (
    <Dialog title={t("calls.supervise", { name: agent.name })} onClose={onClose}>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.calls.length === 0 && <p className="dialog-lead">{t("calls.noCalls")}</p>}
      {data?.calls.map((contact) =>
        contact.state === "connecting" ? (
          <Rings key={contact.id} contact={contact} agent={agent} />
        ) : (
          <Supervised key={contact.id} contact={contact} />
        ),
      )}
    </Dialog>
  );
}

function Rings({ contact, agent }: { contact: Contact; agent: AgentLoad }) {
  const { t } = useTexts();
  return (
    <section className="supervised" aria-label={customerName(contact)}>
      <p className="call-state">
        <strong>{customerName(contact)}</strong>
        <span>{t("calls.ringsAt", { name: agent.name })}</span>
      </p>
    </section>
  );
}

function Supervised({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const now = useServerNow();
  const { account } = useSession();
  // Whoever gives advice is heard in the call that it is about.
  const id = contact.consult?.call ?? contact.id;
  const { data: call } = useCall(id, contact.version);
  const actions = useCallActions(id);
  const busy = useCallBusy(id);
  const asker = useAsker();
  const [text, setText] = useState("");
  const number = text === "" ? "" : numberOf(text);
  const mine = call?.participants.find(
    (one) =>
      one.role === "supervisor" &&
      (one.yours || one.address === `agent:${account.agent_id ?? account.id}` || one.address === number),
  );
  const enter = (mode: SupervisorMode) => {
    if (number === null) return;
    expectCall();
    void actions.supervise(mode, number);
  };
  return (
    <section className="supervised" aria-label={customerName(contact)}>
      <p className="call-state">
        <strong>{customerName(contact)}</strong>
        <span className="call-timer">{clockDuration(secondsSince(contact.connected_at, now))}</span>
        {call?.held && <span className="tag tag-warn">{t("calls.held")}</span>}
        {call?.recording === "paused" && <span className="tag tag-warn">{t("calls.paused")}</span>}
      </p>
      {contact.consult !== null && call?.consult !== null && (
        <p className="transfer-hint">{t("calls.advises", { name: asker(contact) })}</p>
      )}
      {call && <Present contact={contact} call={call} />}
      {!mine && (
        <TextField
          label={t("calls.ownNumber")}
          hint={number === null ? t("calls.badNumber") : t("calls.superviseHint")}
          value={text}
          onChange={setText}
          type="tel"
        />
      )}
      {!mine && <PhoneHint />}
      <div className="supervised-verbs">
        {MODES.map((mode) => (
          <Button
            key={mode}
            kind={mine && modeOf(mine) === mode ? "primary" : "plain"}
            aria-pressed={mine !== undefined && modeOf(mine) === mode}
            isDisabled={busy || number === null}
            onPress={() => enter(mode)}
          >
            {t(`calls.${mode}`)}
          </Button>
        ))}
        {mine && (
          <Button kind="danger" isDisabled={busy} onPress={() => void actions.leave()}>
            {t("calls.leave")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Who is in the call besides the customer, who advises whom, and who is coming. */
function Present({ contact, call }: { contact: Contact; call: CallNow }) {
  const { t } = useTexts();
  const personName = usePersonName();
  const holder = call.participants.find((one) => one.role === "agent")?.name ?? contact.agent?.name ?? "";
  const { people, coming } = presence(call);
  const notesOf = (person: Participant): string => {
    if (person.role === "supervisor" && person.state === "in_call") return t(`calls.${modeOf(person)}s`);
    const advises = person.role === "guest" && person.agent_id !== null;
    return [
      person.state === "calling" ? t("calls.calling") : null,
      advises ? t("calls.advisesShort", { name: holder }) : t(`calls.${person.role}`),
      person.muted && person.role !== "supervisor" ? t("calls.isMuted") : null,
    ]
      .filter((note) => note !== null)
      .join(" · ");
  };
  return (
    <ul className="call-people" aria-label={t("calls.participants")}>
      {people
        .filter((one) => one.role !== "customer")
        .map((one) => {
          const name = personName(one, customerName(contact));
          return (
            <li key={one.leg} data-calling={one.state === "calling" || undefined}>
              <Avatar name={one.name ?? name} size={26} />
              <span className="call-person">
                <strong className="truncate">{name}</strong>
                <small>{notesOf(one)}</small>
              </span>
            </li>
          );
        })}
      {coming && (
        <li data-calling>
          <span className="call-coming">
            <Icon name="clock" size={18} />
          </span>
          <span className="call-person">
            <strong>
              <HowFar consult={coming} />
            </strong>
            <small>{t("calls.consultOf", { name: holder })}</small>
          </span>
        </li>
      )}
    </ul>
  );
}
