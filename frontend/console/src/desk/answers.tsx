/** Stored answers: `/` opens the list, letters narrow it, Enter takes one. */
import { useId, useState, type KeyboardEvent } from "react";
import { useDesk } from "../api/queries";
import type { Answer } from "../api/desk";
import type { Contact, Language } from "../api/types";
import { useTexts } from "../i18n";

export interface Choice {
  id: string;
  title: string;
  text: string;
}

export interface PickerControl {
  open: boolean;
  choices: Choice[];
  active: number | null;
  listId: string;
  optionId: (index: number) => string;
  setActive: (index: number) => void;
  /** Whether the key was for the list. */
  onKey: (event: KeyboardEvent, pick: (text: string) => void, close: () => void) => boolean;
}

function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}

/** The text in the customer's language, else in the agent's, else in any; by the channel's wording if it has one. */
export function textFor(
  answer: Answer,
  channel: string,
  customer: string | null | undefined,
  own: Language,
): string {
  for (const texts of [answer.by_channel?.[channel], answer.texts]) {
    const text = texts && (texts[(customer ?? own) as Language] ?? texts[own] ?? Object.values(texts)[0]);
    if (text) return text;
  }
  return "";
}

/** How well the title answers the words: 0 it begins with them, 1 has words that do, 2 contains them, 3 only the text does. */
function titleRank(title: string, words: readonly string[]): number {
  const own = fold(title);
  if (own.startsWith(words.join(" "))) return 0;
  const starts = own.split(/[^\p{L}\p{N}]+/u);
  if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 1;
  return words.every((word) => own.includes(word)) ? 2 : 3;
}

/** Answers whose title or text contains every word, ignoring accents; those found by their title first. */
export function matchAnswers(choices: readonly Choice[], query: string): Choice[] {
  const words = fold(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return [...choices];
  return choices
    .filter((choice) => {
      const text = fold(`${choice.title} ${choice.text}`);
      return words.every((word) => text.includes(word));
    })
    .map((choice) => ({ choice, rank: titleRank(choice.title, words) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ choice }) => choice);
}

export function useAnswers(contact: Contact, draft: string, asked: boolean): PickerControl {
  const { language } = useTexts();
  const listId = useId();
  const answers = useDesk()?.answers ?? [];
  const [chosen, setChosen] = useState(0);
  const typed = /^\/[^\n]*$/u.test(draft);
  const open = (asked || typed) && answers.length > 0;
  const all = answers.map((answer) => ({
    id: answer.id,
    title: answer.title,
    text: textFor(answer, contact.channel, contact.customer?.language, language),
  }));
  const choices = open ? matchAnswers(all, typed ? draft.slice(1) : "") : [];
  const active = choices.length === 0 ? null : Math.min(chosen, choices.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;

  return {
    open,
    choices,
    active,
    listId,
    optionId,
    setActive: setChosen,
    onKey: (event, pick, close) => {
      if (!open) return false;
      const last = choices.length - 1;
      const current = active ?? 0;
      if (event.key === "ArrowDown") setChosen(current >= last ? 0 : current + 1);
      else if (event.key === "ArrowUp") setChosen(current <= 0 ? last : current - 1);
      else if (event.key === "Escape") close();
      else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
        const choice = choices[current];
        if (!choice) return false;
        setChosen(0);
        pick(choice.text);
      } else return false;
      event.preventDefault();
      return true;
    },
  };
}

export function AnswerPicker({
  control,
  onPick,
}: {
  control: PickerControl;
  onPick: (text: string) => void;
}) {
  const { t } = useTexts();
  return (
    <div className="picker">
      <p className="picker-title">{t("composer.answers")}</p>
      {control.choices.length === 0 && <p className="picker-none">{t("composer.noAnswers")}</p>}
      <div id={control.listId} role="listbox" aria-label={t("composer.answers")}>
        {control.choices.map((choice, index) => (
          // The text box keeps the focus and moves through this list: options take the mouse only.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={choice.id}
            id={control.optionId(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === control.active}
            ref={(item) => {
              if (item && index === control.active) item.scrollIntoView({ block: "nearest" });
            }}
            onMouseEnter={() => control.setActive(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(choice.text)}
          >
            <strong>{choice.title}</strong>
            <span>{choice.text}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
