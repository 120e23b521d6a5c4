/** Why a contact came to this agent, in words and with the skills it asked for. */
import { useCallback } from "react";
import { useDesk } from "../api/queries";
import type { Why } from "../api/types";
import { codeText, useTexts } from "../i18n";
import { shortDuration } from "../lib/format";
import { SkillScale } from "../ui/bits";
import { Empty } from "../ui/states";
import "./why.css";

/** A skill's configured name. */
export function useSkillName(): (id: string) => string {
  const skills = useDesk()?.skills;
  return useCallback((id) => skills?.find((skill) => skill.id === id)?.name ?? id, [skills]);
}

export function WhyMe({ why }: { why: Why | undefined }) {
  const { t } = useTexts();
  const skillName = useSkillName();
  if (!why) return <Empty icon="bolt">{t("why.unknown")}</Empty>;
  const refused = Object.entries(why.refused).filter(([, count]) => count > 0);
  return (
    <div className="why">
      <p className="why-reason">
        {codeText(t, "why", why.reason)} {t("offer.waited", { time: shortDuration(why.waited_seconds) })}.
      </p>
      <h4>{t("why.skills")}</h4>
      {why.skills.length === 0 && <p className="why-quiet">{t("why.noSkills")}</p>}
      <ul className="why-skills">
        {why.skills.map(([skill, minimum, yours]) => (
          <li key={skill}>
            <span className="truncate">{skillName(skill)}</span>
            <SkillScale
              label={t("why.scale", { skill: skillName(skill), minimum, yours: yours ?? 0 })}
              minimum={minimum}
              yours={yours}
            />
            <small>
              {t("why.needs", { minimum })} · {t("why.yours", { yours: yours ?? 0 })}
            </small>
          </li>
        ))}
      </ul>
      {refused.length > 0 && (
        <>
          <h4>{t("why.refused")}</h4>
          <ul className="why-refused">
            {refused.map(([reason, count]) => (
              <li key={reason}>
                <strong>{count}</strong> {codeText(t, "refusals", reason)}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="why-quiet">{t("why.version", { version: why.configuration_version })}</p>
    </div>
  );
}
