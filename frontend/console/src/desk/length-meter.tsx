/** How long the text is: SMS parts, or what is left of the channel's limit. */
import { useTexts } from "../i18n";
import { countSms } from "../lib/sms";

interface Props {
  channel: string;
  text: string;
  max: number | null;
  isNote: boolean;
}

/** Costly characters are named only while there are few enough to read. */
const MOST_NAMED = 5;

export function LengthMeter({ channel, text, max, isNote }: Props) {
  const { t } = useTexts();
  if (isNote || text === "" || text.startsWith("/")) return null;
  const length = [...text].length;
  if (max !== null && length > max)
    return (
      <span className="meter" data-tone="bad" role="status">
        {length} · {t("composer.tooLong", { max })}
      </span>
    );
  if (channel === "sms") {
    const count = countSms(text);
    const few = count.segments > 1 && count.costly.length > 0 && count.costly.length <= MOST_NAMED;
    const why = few ? t("composer.costly", { characters: count.costly.join(" ") }) : undefined;
    return (
      <span className="meter" data-tone={count.segments > 3 ? "warn" : undefined} title={why}>
        {t("composer.segments", { count: count.segments })} · {t("composer.left", { left: count.left })}
      </span>
    );
  }
  if (max === null || length < max * 0.8) return null;
  return (
    <span className="meter" data-tone="warn">
      {t("composer.left", { left: max - length })}
    </span>
  );
}
