/** When a queue is open, and what happens to what arrives when it is not. */
import { useDesk } from "../api/queries";
import type { Calendar, Outside, OutsideHours } from "../api/types";
import { codeText, LANGUAGES, useTexts } from "../i18n";
import { Button, IconButton, TextField } from "../ui/controls";
import { Select } from "../ui/select";
import { textIn } from "./configuration";
import { ProblemText, Section, type PartProps } from "./queue-fields";
import { EVERY_OTHER_CHANNEL, NEW_OUTSIDE, spans } from "./queue-model";

const ALWAYS = "";
const DOINGS: readonly OutsideHours[] = ["keep", "refuse", "move", "serve"];
const MOST_TEXT = 1500;
/** 5 January 2026 is a Monday; weekdays are named from there. */
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

export function HoursSection({ queue, onChange, document, id }: PartProps) {
  const { t, language } = useTexts();
  const calendar = queue.hours === null ? undefined : document.calendars[queue.hours];
  const calendars = Object.keys(document.calendars).map((one) => ({ id: one, name: one }));
  return (
    <Section title={t("queueEditor.hours")}>
      <Select
        label={t("queueEditor.calendar")}
        value={queue.hours ?? ALWAYS}
        options={[{ id: ALWAYS, name: t("queueEditor.always") }, ...calendars]}
        onChange={(hours) => onChange({ ...queue, hours: hours === ALWAYS ? null : hours })}
      />
      <ProblemText path="hours" />
      {calendar && <CalendarSummary calendar={calendar} language={language} />}
      {queue.hours !== null && <OutsideList queue={queue} onChange={onChange} document={document} id={id} />}
    </Section>
  );
}

function CalendarSummary({ calendar, language }: { calendar: Calendar; language: string }) {
  const { t } = useTexts();
  const name = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const day = (at: number) => name.format(MONDAY + at * DAY_MS);
  const days = spans(calendar).map(({ first, last, hours }) =>
    [first === last ? day(first) : `${day(first)}–${day(last)}`, hours].join(" "),
  );
  const holidays = calendar.holidays && t("queueEditor.closedOn", { country: calendar.holidays.country });
  return (
    <p className="queue-hint">
      {[...days, calendar.time_zone, holidays].filter((part) => part !== null).join(" · ")}
    </p>
  );
}

function OutsideList({ queue, onChange, document, id }: PartProps) {
  const { t } = useTexts();
  const known = useDesk()?.channels.map((channel) => channel.id) ?? [];
  const nameOf = (channel: string) =>
    channel === EVERY_OTHER_CHANNEL ? t("queueEditor.otherChannels") : codeText(t, "channels", channel);
  const left = [EVERY_OTHER_CHANNEL, "voice", ...known].filter(
    (channel, at, all) => all.indexOf(channel) === at && !(channel in queue.outside),
  );
  const without = (channel: string) =>
    Object.fromEntries(Object.entries(queue.outside).filter(([one]) => one !== channel));
  return (
    <div className="queue-outside">
      <h4>{t("queueEditor.outside")}</h4>
      <p className="queue-hint">
        {t("queueEditor.outsideDefault")} {t("queueEditor.outsideHint")}
      </p>
      {Object.entries(queue.outside).map(([channel, outside]) => (
        <OutsideRow
          key={channel}
          channel={channel}
          name={nameOf(channel)}
          outside={outside}
          document={document}
          id={id}
          onChange={(changed) => onChange({ ...queue, outside: { ...queue.outside, [channel]: changed } })}
          onRemove={() => onChange({ ...queue, outside: without(channel) })}
        />
      ))}
      {left.length > 0 && (
        <div className="queue-add">
          {left.map((channel) => (
            <Button
              key={channel}
              size="s"
              icon="plus"
              aria-label={`${t("queueEditor.addOutside")}: ${nameOf(channel)}`}
              onPress={() => onChange({ ...queue, outside: { ...queue.outside, [channel]: NEW_OUTSIDE } })}
            >
              {nameOf(channel)}
            </Button>
          ))}
        </div>
      )}
      <ProblemText path="outside" />
    </div>
  );
}

interface RowProps {
  channel: string;
  name: string;
  outside: Outside;
  document: PartProps["document"];
  id: string;
  onChange: (outside: Outside) => void;
  onRemove: () => void;
}

function OutsideRow({ channel, name, outside, document, id, onChange, onRemove }: RowProps) {
  const { t, language } = useTexts();
  const path = `outside.${channel}`;
  const queues = Object.entries(document.queues).filter(([one]) => one !== id);
  return (
    <fieldset className="queue-step">
      <legend>{name}</legend>
      <div className="queue-step-head">
        <Select
          label={t("queueEditor.does")}
          value={outside.do}
          options={DOINGS.map((one) => ({ id: one, name: t(`queueEditor.do.${one}`) }))}
          onChange={(doing) =>
            onChange({ ...outside, do: DOINGS.find((one) => one === doing) ?? outside.do })
          }
        />
        {outside.do === "move" && (
          <Select
            label={t("queueEditor.target")}
            value={outside.queue ?? ""}
            options={[
              { id: "", name: t("queueEditor.choose") },
              ...queues.map(([one, other]) => ({ id: one, name: textIn(other.name, language, one) })),
            ]}
            onChange={(queue) => onChange({ ...outside, queue: queue === "" ? null : queue })}
          />
        )}
        <IconButton
          icon="trash"
          label={t("queueEditor.removeOutside", { channel: name })}
          onPress={onRemove}
        />
      </div>
      <ProblemText path={`${path}.do`} />
      <ProblemText path={`${path}.queue`} />
      {outside.do !== "serve" && (
        <div className="queue-grid queue-thirds">
          {LANGUAGES.map((one) => (
            <TextField
              key={one.id}
              label={t("queueEditor.text", { language: one.name })}
              rows={5}
              maxLength={MOST_TEXT}
              value={outside.text[one.id] ?? ""}
              onChange={(text) => onChange({ ...outside, text: { ...outside.text, [one.id]: text } })}
            />
          ))}
        </div>
      )}
      <ProblemText path={`${path}.text`} deep />
    </fieldset>
  );
}
