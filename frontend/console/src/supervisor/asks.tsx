/** What a contact asks and how soon it must go, in a table's cells. */
import type { Contact, Requirement } from "../api/types";
import { useSkillName } from "../desk/why";
import { useTexts } from "../i18n";
import { shortDuration } from "../lib/format";

/** Hazard first, then what is required, one of several (with slashes), and preferred (dashed). */
export function Asks({ contact }: { contact: Contact }) {
  const { t } = useTexts();
  const skillName = useSkillName();
  const words = ([skill, minimum]: Requirement) => `${skillName(skill)} ${minimum}`;
  return (
    <>
      {contact.hazard && <span className="tag tag-bad">{t("why.hazard")}</span>}
      {contact.kept && <span className="tag tag-warn">{t("why.kept")}</span>}
      {contact.skills.map((one) => (
        <span key={one[0]} className="tag">
          {words(one)}
        </span>
      ))}
      {contact.any_of.map((group) => (
        <span key={group.map(words).join()} className="tag">
          {group.map(words).join(" / ")}
        </span>
      ))}
      {contact.preferred.map((one) => (
        <span key={one[0]} className="tag tag-wish" title={t("why.preferred")}>
          {words(one)}
        </span>
      ))}
      {contact.relaxed > 0 && (
        <span className="tag tag-warn" title={t("why.steps", { count: contact.relaxed })}>
          −{contact.relaxed}
          <span className="visually-hidden">{t("why.steps", { count: contact.relaxed })}</span>
        </span>
      )}
    </>
  );
}

export function HeadStart({ contact }: { contact: Contact }) {
  if (contact.priority === 0) return <>—</>;
  return <>{(contact.priority < 0 ? "−" : "") + shortDuration(Math.abs(contact.priority))}</>;
}
