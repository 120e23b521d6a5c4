/** Why a contact came to this agent, in words and with the skills it asked for. */
import { useCallback } from "react";
import { useDesk } from "../api/queries";
import type { Compared, Why } from "../api/types";
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

/** Causes that made the router choose among people; the others left it no choice. */
export const CHOSEN: ReadonlySet<string> = new Set(["contact_arrived", "requeued", "relaxed", "opened"]);

/** Why it came here, a sentence each. */
export function useReasons(): (why: Why) => string[] {
  const { t } = useTexts();
  return (why) => {
    const said = [codeText(t, "why", why.reason)];
    if (why.choice !== undefined && CHOSEN.has(why.reason))
      said.push(codeText(t, "why", `choice.${why.choice}`, ""));
    if (why.steps) said.push(t("why.steps", { count: why.steps }));
    return said.filter(Boolean);
  };
}

interface Asked {
  key: string;
  /** Said before the first of its alternatives. */
  about: string | null;
  options: Compared[];
}

/** What was asked, each with its alternatives: required, one of several, preferred. */
export function useAsked(): (why: Why) => Asked[] {
  const { t } = useTexts();
  return (why) => [
    ...why.skills.map((one) => ({ key: one[0], about: null, options: [one] })),
    ...(why.any_of ?? []).map((options) => ({
      key: options.map(([skill]) => skill).join("|"),
      about: t("why.oneOf"),
      options,
    })),
    ...(why.preferred ?? []).map((one) => ({ key: `?${one[0]}`, about: t("why.preferred"), options: [one] })),
  ];
}

export function ComparedScale({ compared }: { compared: Compared }) {
  const { t } = useTexts();
  const skillName = useSkillName();
  const [skill, minimum, yours] = compared;
  return (
    <SkillScale
      label={t("why.scale", { skill: skillName(skill), minimum, yours: yours ?? 0 })}
      minimum={minimum}
      yours={yours}
    />
  );
}

export function WhyMe({ why }: { why: Why | undefined }) {
  const { t } = useTexts();
  const skillName = useSkillName();
  const reasons = useReasons();
  const asked = useAsked();
  if (!why) return <Empty icon="bolt">{t("why.unknown")}</Empty>;
  const refused = Object.entries(why.refused).filter(([, count]) => count > 0);
  const needs = asked(why);
  return (
    <div className="why">
      <p className="why-reason">
        {reasons(why).join(" ")} {t("offer.waited", { time: shortDuration(why.waited_seconds) })}.
      </p>
      <h4>{t("why.skills")}</h4>
      {needs.length === 0 && <p className="why-quiet">{t("why.noSkills")}</p>}
      <ul className="why-skills">
        {needs.flatMap(({ key, about, options }) =>
          options.map((one) => (
            <li key={`${key}/${one[0]}`}>
              <span className="truncate">
                {skillName(one[0])} {about !== null && <em>({about})</em>}
              </span>
              <ComparedScale compared={one} />
              <small>
                {t("why.needs", { minimum: one[1] })} · {t("why.yours", { yours: one[2] ?? 0 })}
              </small>
            </li>
          )),
        )}
      </ul>
      {needs.length > 0 && why.proficiency !== undefined && (
        <p className="why-quiet">{t("why.proficiency", { count: why.proficiency })}</p>
      )}
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
      {why.ready !== undefined && why.ready > 0 && (
        <p className="why-quiet">{t("why.ready", { count: why.ready })}</p>
      )}
      <p className="why-quiet">{t("why.version", { version: why.configuration_version })}</p>
    </div>
  );
}
