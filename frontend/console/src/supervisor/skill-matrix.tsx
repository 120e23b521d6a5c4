/** Skills by proficiency: a row for each skill, none or 1 to 5. */
import type { Language, Profile, Texts } from "../api/types";
import { useTexts } from "../i18n";
import { textIn } from "./configuration";
import { withSkill } from "./profile-model";

interface Props {
  skills: Record<string, Texts>;
  language: Language;
  profile: Profile;
  onChange: (profile: Profile) => void;
}

const LEVELS = [0, 1, 2, 3, 4, 5];

export function SkillMatrix({ skills, language, profile, onChange }: Props) {
  const { t } = useTexts();
  return (
    <div className="matrix">
      <p className="field-label">
        {t("profiles.skills")} <small>{t("profiles.skillsHint")}</small>
      </p>
      {Object.entries(skills).map(([id, texts]) => {
        const name = textIn(texts, language, id);
        const level = profile.skills[id] ?? 0;
        return (
          <fieldset key={id} className="matrix-row" data-has={level > 0 || undefined}>
            <legend className="visually-hidden">{name}</legend>
            <span className="truncate" aria-hidden="true">
              {name}
            </span>
            <span className="matrix-levels">
              {LEVELS.map((one) => (
                <label
                  key={one}
                  data-on={one === level || undefined}
                  data-below={(one > 0 && one < level) || undefined}
                >
                  <input
                    type="radio"
                    name={`skill-${id}`}
                    checked={one === level}
                    aria-label={
                      one === 0
                        ? t("profiles.levelNone", { skill: name })
                        : t("profiles.level", { skill: name, level: one })
                    }
                    onChange={() => onChange(withSkill(profile, id, one))}
                  />
                  <span aria-hidden="true">{one === 0 ? t("profiles.none") : one}</span>
                </label>
              ))}
            </span>
          </fieldset>
        );
      })}
    </div>
  );
}
