/** What is asked of an agent: skills that are required, one of several, or preferred, each with its minimum. */
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import type { Named, Needs } from "../api/types";
import { useTexts } from "../i18n";
import { Button, IconButton } from "./controls";
import { Icon } from "./icons";
import { Select } from "./select";
import "./needs-editor.css";

export type Skills = Record<string, number>;

const LEVELS = [1, 2, 3, 4, 5].map((level) => ({ id: String(level), name: String(level) }));
const FIRST_LEVEL = 1;

/** The same without groups that name nothing: those ask nothing. */
export function tidyNeeds(needs: Needs): Needs {
  return { ...needs, any_of: needs.any_of.filter((group) => Object.keys(group).length > 0) };
}

export function sameNeeds(one: Needs, other: Needs): boolean {
  const plain = ({ skills, any_of, preferred }: Needs) =>
    JSON.stringify([skills, ...any_of, preferred].map((set) => Object.entries(set).sort()));
  return plain(one) === plain(other);
}

interface Props {
  value: Needs;
  skills: readonly Named[];
  onChange: (value: Needs) => void;
}

export function NeedsEditor({ value, skills, onChange }: Props) {
  const { t } = useTexts();
  const setGroup = (at: number, group: Skills | null) =>
    onChange({
      ...value,
      any_of: value.any_of.flatMap((one, index) => (index === at ? (group ? [group] : []) : [one])),
    });
  return (
    <div className="needs">
      <SkillSet
        title={t("interventions.required")}
        value={value.skills}
        skills={skills}
        onChange={(set) => onChange({ ...value, skills: set })}
      />
      {value.any_of.map((group, at) => (
        <SkillSet
          key={at}
          title={t("interventions.oneOf")}
          value={group}
          skills={skills}
          onChange={(set) => setGroup(at, set)}
          onRemove={() => setGroup(at, null)}
        />
      ))}
      <SkillSet
        title={t("interventions.preferred")}
        value={value.preferred}
        skills={skills}
        onChange={(set) => onChange({ ...value, preferred: set })}
      />
      <Button
        size="s"
        kind="quiet"
        icon="plus"
        onPress={() => onChange({ ...value, any_of: [...value.any_of, {}] })}
      >
        {t("interventions.addGroup")}
      </Button>
    </div>
  );
}

interface SetProps {
  title: string;
  value: Skills;
  skills: readonly Named[];
  onChange: (value: Skills) => void;
  onRemove?: () => void;
}

export function SkillSet({ title, value, skills, onChange, onRemove }: SetProps) {
  const { t } = useTexts();
  const left = skills.filter(({ id }) => !(id in value));
  const nameOf = (id: string) => skills.find((skill) => skill.id === id)?.name ?? id;
  const without = (id: string) => Object.fromEntries(Object.entries(value).filter(([one]) => one !== id));
  return (
    <fieldset className="needs-set">
      <legend>{title}</legend>
      <ul>
        {Object.entries(value).map(([id, minimum]) => (
          <li key={id}>
            <span className="truncate">{nameOf(id)}</span>
            <Select
              label={t("interventions.minimumOf", { skill: nameOf(id) })}
              hideLabel
              value={String(minimum)}
              options={LEVELS}
              onChange={(level) => onChange({ ...value, [id]: Number(level) })}
            />
            <IconButton
              icon="close"
              size="s"
              label={t("interventions.removeSkill", { skill: nameOf(id) })}
              onPress={() => onChange(without(id))}
            />
          </li>
        ))}
      </ul>
      <span className="needs-actions">
        <MenuTrigger>
          <AriaButton
            className="button button-plain button-s"
            isDisabled={left.length === 0}
            aria-label={`${t("interventions.add")}: ${title}`}
          >
            <Icon name="plus" size={16} />
            {t("interventions.add")}
          </AriaButton>
          <Popover className="popover" placement="bottom start">
            <Menu
              className="menu"
              aria-label={t("interventions.add")}
              onAction={(key) => onChange({ ...value, [String(key)]: FIRST_LEVEL })}
            >
              {left.map((skill) => (
                <MenuItem key={skill.id} id={skill.id} className="menu-item">
                  {skill.name}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
        {onRemove && (
          <IconButton icon="trash" size="s" label={t("interventions.removeGroup")} onPress={onRemove} />
        )}
      </span>
    </fieldset>
  );
}
