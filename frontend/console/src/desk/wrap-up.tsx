/** After the conversation: how it ended, in two keystrokes, while the server's clock runs. */
import { useEffect, useRef, useState, type SyntheticEvent, type KeyboardEvent } from "react";
import { useDesk } from "../api/queries";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { useTexts } from "../i18n";
import { clockDuration, secondsUntil } from "../lib/format";
import { useConsole } from "../context";
import { useStore } from "../lib/store";
import { Button, Kbd, TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useBusy, useContactActions } from "./actions";
import "./wrap-up.css";

/** Seconds that one press of "extend" asks for. */
const EXTEND_BY = 60;

export function WrapUp({ contact, isFocused }: { contact: Contact; isFocused: boolean }) {
  const { t } = useTexts();
  const actions = useContactActions();
  const busy = useBusy(contact.id);
  const queue = useDesk()?.queues.find((one) => one.id === contact.queue.id);
  const dispositions = queue?.dispositions ?? [];
  const [chosen, setChosen] = useState<string | null>(contact.disposition);
  const [note, setNote] = useState("");
  const group = useRef<HTMLDivElement>(null);
  const { outbox } = useConsole();
  const unsent = useStore(outbox.store, (all) => all.some((one) => one.contactId === contact.id));

  useEffect(() => {
    if (isFocused) group.current?.querySelector<HTMLInputElement>("input:checked, input")?.focus();
  }, [isFocused, dispositions.length]);

  // Two quick keys may come before the answer to "end" does: then it waits for that.
  const wanted = useRef(false);
  useEffect(() => {
    if (!wanted.current || busy || chosen === null) return;
    wanted.current = false;
    void actions.wrapUp(contact.id, chosen, note);
  }, [busy, chosen, note, actions, contact.id]);

  const finish = () => {
    if (chosen === null) toast("warn", t("wrapUp.pick"));
    else if (busy) wanted.current = true;
    else void actions.wrapUp(contact.id, chosen, note);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      finish();
      return;
    }
    const pick = /^[1-9]$/u.test(event.key) ? dispositions[Number(event.key) - 1] : undefined;
    if (!pick) return;
    event.preventDefault();
    setChosen(pick.id);
    group.current?.querySelectorAll<HTMLInputElement>("input")[Number(event.key) - 1]?.focus();
  };
  return (
    <form
      className="wrap-up"
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        finish();
      }}
    >
      <header className="wrap-up-head">
        <div>
          <h3>{t("wrapUp.lead")}</h3>
          <p>{t("wrapUp.title")}</p>
        </div>
        <WrapUpClock
          contact={contact}
          onExtend={() => void actions.extend(contact.id, EXTEND_BY)}
          isDisabled={busy}
        />
      </header>
      {/* Keys bubble up from the radio buttons, which have the focus. */}
      {/* eslint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div
        ref={group}
        className="dispositions"
        role="radiogroup"
        aria-label={t("wrapUp.lead")}
        onKeyDown={onKeyDown}
      >
        {dispositions.map((one, index) => (
          <label key={one.id} className="disposition" data-chosen={one.id === chosen || undefined}>
            <input
              type="radio"
              name={`disposition-${contact.id}`}
              value={one.id}
              checked={one.id === chosen}
              onChange={() => setChosen(one.id)}
            />
            {index < 9 && <Kbd>{index + 1}</Kbd>}
            <span>{one.name}</span>
          </label>
        ))}
      </div>
      <TextField
        label={t("wrapUp.note")}
        value={note}
        onChange={setNote}
        hideLabel
        placeholder={t("wrapUp.note")}
        maxLength={2000}
      />
      <footer className="wrap-up-foot">
        <span className="wrap-up-hint">
          {unsent ? (
            <>
              <Icon name="clock" size={14} /> {t("message.pending")}
            </>
          ) : (
            t("wrapUp.keys")
          )}
        </span>
        <Button kind="primary" type="submit" icon="check" isDisabled={busy || chosen === null}>
          {busy ? t("wrapUp.closing") : t("wrapUp.finish")}
        </Button>
      </footer>
    </form>
  );
}

function WrapUpClock(props: { contact: Contact; onExtend: () => void; isDisabled: boolean }) {
  const { t } = useTexts();
  const { contact, onExtend, isDisabled } = props;
  const left = secondsUntil(contact.wrap_up_until, useServerNow());
  if (contact.wrap_up_until === null) return null;
  return (
    <span className="wrap-up-clock" data-tone={left < 15 ? "bad" : undefined}>
      <span role="timer">
        {left > 0 ? t("wrapUp.left", { time: clockDuration(left) }) : t("wrapUp.over")}
      </span>
      <Button size="s" onPress={onExtend} isDisabled={isDisabled} aria-label={t("wrapUp.extendLabel")}>
        {t("wrapUp.extend")}
      </Button>
    </span>
  );
}
