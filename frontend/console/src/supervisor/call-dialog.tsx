/** Somebody's calls, for their supervisor: listen, talk to the agent, talk to everybody, leave. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCall, type Participant } from "../api/calls";
import { request } from "../api/client";
import type { AgentLoad, Contact } from "../api/types";
import { useServerNow, useSession } from "../context";
import { numberOf, useCallActions, useCallBusy, type SupervisorMode } from "../desk/call-actions";
import { usePersonName } from "../desk/call-people";
import { customerName } from "../desk/conversations";
import { PhoneHint } from "../desk/phone-bar";
import { expectCall } from "../desk/softphone";
import { useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Failed, Loading } from "../ui/states";
import "../desk/call-panel.css";

const MODES: readonly SupervisorMode[] = ["listen", "whisper", "barge"];

function modeOf(person: Participant): SupervisorMode {
  if (person.coaching) return "whisper";
  return person.muted ? "listen" : "barge";
}

export function CallDialog({ agent, onClose }: { agent: AgentLoad; onClose: () => void }) {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["calls of", agent.id, agent.contacts.voice],
    queryFn: () =>
      request<{ contacts: Contact[] }>(
        `/contacts?state=connected&channel=voice&agent=${encodeURIComponent(agent.id)}`,
      ),
  });
  return (
    <Dialog title={t("calls.supervise", { name: agent.name })} onClose={onClose}>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.contacts.length === 0 && <p className="dialog-lead">{t("calls.noCalls")}</p>}
      {data?.contacts.map((contact) => (
        <Supervised key={contact.id} contact={contact} />
      ))}
    </Dialog>
  );
}

function Supervised({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const now = useServerNow();
  const { account } = useSession();
  const { data: call } = useCall(contact.id, contact.version);
  const actions = useCallActions(contact.id);
  const busy = useCallBusy(contact.id);
  const personName = usePersonName();
  const [text, setText] = useState("");
  const number = text === "" ? "" : numberOf(text);
  const supervisors = call?.participants.filter((one) => one.role === "supervisor") ?? [];
  const mine = supervisors.find(
    (one) => one.yours || one.address === `agent:${account.agent_id ?? account.id}` || one.address === number,
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
      </p>
      {supervisors.length > 0 && (
        <ul className="call-people" aria-label={t("calls.participants")}>
          {supervisors.map((one) => (
            <li key={one.leg}>
              <span className="call-person">
                <strong>{personName(one, customerName(contact))}</strong>
                <small>{one.state === "calling" ? t("calls.calling") : t(`calls.${modeOf(one)}`)}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
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
