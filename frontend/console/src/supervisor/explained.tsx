/** Pieces that both explanations share: what is asked, refusals with their counts. */
import type { AskedNow } from "../api/explanation";
import type { Requirement } from "../api/types";
import { useSkillName } from "../desk/why";
import { codeText, useTexts } from "../i18n";

/** Required ones, alternatives with slashes, then what is only wished (dashed). */
export function AskedTags({ asked }: { asked: AskedNow }) {
  const { t } = useTexts();
  const skillName = useSkillName();
  const words = ([skill, minimum]: Requirement) => `${skillName(skill)} ${minimum}`;
  return (
    <>
      {asked.required.length === 0 && <span className="explained-quiet">{t("explanation.asksNothing")}</span>}
      {asked.required.map((clause) => (
        <span key={clause.map(words).join()} className="tag">
          {clause.map(words).join(" / ")}
        </span>
      ))}
      {asked.wished.map((clause) => (
        <span key={clause.map(words).join()} className="tag tag-wish" title={t("why.preferred")}>
          {clause.map(words).join(" / ")}
        </span>
      ))}
      {asked.profiles.length > 0 && (
        <span className="explained-quiet">
          {t("explanation.orProfiles", { names: asked.profiles.map(({ name }) => name).join(", ") })}
        </span>
      )}
    </>
  );
}

/** `2 on a call · 1 not ready`. */
export function useCounts(): (counts: Record<string, number>) => string {
  const { t } = useTexts();
  return (counts) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([refusal, count]) => `${count} ${codeText(t, "refusals", refusal)}`)
      .join(" · ");
}
