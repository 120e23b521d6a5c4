/** The call of the open conversation: how it stands, who is in it, and what can be done with it. */
import { useState } from "react";
import { useCall, type CallNow } from "../api/calls";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { useShortcuts } from "../lib/shortcuts";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { useBusy, useContactActions } from "./actions";
import { useCallActions, useCallBusy, usePatience, type CallActions } from "./call-actions";
import { wayBack } from "./call-news";
import { CallPeople } from "./call-people";
import { InviteDialog } from "./invite-dialog";
import { PhoneHint } from "./phone-bar";
import "./call-panel.css";

export function CallPanel({ contact, isFocused }: { contact: Contact; isFocused: boolean }) {
  const { t } = useTexts();
  const { data: call } = useCall(contact.id, contact.version);
  const actions = useCallActions(contact.id);
  const busy = useCallBusy(contact.id);
  const patience = usePatience(contact.id);
  const [inviting, setInviting] = useState(false);
  const up = contact.state === "connected";
  const advising = contact.consult !== null;
  const able = up && isFocused && !busy;
  useShortcuts({
    hold: () => able && !advising && void actions.hold(!call?.held),
    mute: () => able && void actions.mute(!call?.muted),
    invite: () => able && !advising && setInviting(true),
  });
  return (
    <section
      className="call"
      aria-label={t("calls.panel")}
      data-held={call?.held === true && !advising ? true : undefined}
    >
      <CallState contact={contact} call={call} />
      {up && (
        <div className="call-verbs">
          {!advising && <HoldButton call={call} actions={actions} busy={busy} />}
          <Button
            size="s"
            icon={call?.muted ? "micOff" : "mic"}
            tip={t(call?.muted ? "calls.unmuteTip" : "calls.muteTip")}
            shortcut="Alt U"
            isDisabled={busy}
            onPress={() => void actions.mute(!call?.muted)}
            aria-keyshortcuts="Alt+U"
          >
            {t(call?.muted ? "calls.unmute" : "calls.mute")}
          </Button>
          {!advising && (
            <Button
              size="s"
              icon="plus"
              tip={t("calls.inviteTip")}
              shortcut="Alt P"
              isDisabled={busy}
              onPress={() => setInviting(true)}
              aria-keyshortcuts="Alt+P"
            >
              {t("calls.invite")}
            </Button>
          )}
          {!advising && call && call.recording !== "off" && (
            <Button
              size="s"
              icon="record"
              tip={t(call.recording === "paused" ? "calls.recordTip" : "calls.pauseTip")}
              isDisabled={busy}
              onPress={() => void actions.record(call.recording === "paused")}
            >
              {t(call.recording === "paused" ? "calls.record" : "calls.pause")}
            </Button>
          )}
          {advising && <LeaveButton contact={contact} />}
        </div>
      )}
      {call && up && <CallPeople contact={contact} call={call} busy={busy} />}
      {patience && (
        <p className="call-warning" role="status">
          <Icon name="clock" size={16} /> {t(`calls.${patience}`)}
        </p>
      )}
      {call?.known === false && (
        <p className="call-warning" role="status">
          <Icon name="alert" size={16} /> {t("calls.unknown")}
        </p>
      )}
      {contact.state === "connecting" && <PhoneHint />}
      {inviting && <InviteDialog contact={contact} call={call} onClose={() => setInviting(false)} />}
    </section>
  );
}

interface HoldProps {
  call: CallNow | undefined;
  actions: CallActions;
  busy: boolean;
}

/** Whom the customer comes back to is said: to the agent alone, or to all who are there. */
function HoldButton({ call, actions, busy }: HoldProps) {
  const { t } = useTexts();
  const back = call?.held ? wayBack(call) : null;
  const name = { alone: "calls.back", coming: "calls.resume", together: "calls.together" } as const;
  return (
    <Button
      size="s"
      kind={back === "alone" ? "primary" : "plain"}
      icon={back === null ? "pause" : "play"}
      tip={t(back === null ? "calls.holdTip" : "calls.resumeTip")}
      shortcut="Alt H"
      isDisabled={busy}
      onPress={() => void actions.hold(back === null)}
      aria-keyshortcuts="Alt+H"
    >
      {t(back === null ? "calls.hold" : name[back])}
    </Button>
  );
}

/** Whoever gives advice leaves; the call goes on without them. */
function LeaveButton({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const { end } = useContactActions();
  const busy = useBusy(contact.id);
  return (
    <Button
      size="s"
      icon="door"
      tip={t("calls.leaveTip")}
      shortcut="Alt E"
      isDisabled={busy}
      onPress={() => void end(contact.id)}
      aria-keyshortcuts="Alt+E"
    >
      {t("calls.leaveCall")}
    </Button>
  );
}

function CallState({ contact, call }: { contact: Contact; call: CallNow | undefined }) {
  const { t } = useTexts();
  const now = useServerNow();
  const since = contact.state === "connecting" ? contact.state_since : contact.connected_at;
  return (
    <p className="call-state">
      <Icon name="phone" size={18} />
      <strong role="status">
        <StateLine contact={contact} call={call} />
      </strong>
      <span className="call-timer" aria-hidden="true">
        {clockDuration(secondsSince(since, now))}
      </span>
      {call?.muted && <span className="tag tag-warn">{t("calls.muted")}</span>}
      {call?.recording === "paused" && <span className="tag tag-warn">{t("calls.paused")}</span>}
    </p>
  );
}

function StateLine({ contact, call }: { contact: Contact; call: CallNow | undefined }) {
  const { t } = useTexts();
  if (contact.state === "connecting") return t("calls.ringing");
  if (contact.consult !== null) {
    const name = contact.consult.asked_by ?? t("calls.somebody");
    return t(call?.held ? "calls.advising" : "calls.advisingAll", { name });
  }
  if (!call?.held) return t("calls.connected");
  return t(wayBack(call) === "alone" ? "calls.held" : "calls.consulting");
}
