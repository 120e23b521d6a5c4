/** One profile: edit, save against the version that was read, and say so when somebody else was faster. */
import type { Configuration, MediaClass, Profile } from "../api/types";
import { codeText, useTexts } from "../i18n";
import { ChannelIcon } from "../ui/channel-icon";
import { Button, TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useDesk } from "../api/queries";
import { idFromName, MOST_AT_ONCE, sameProfile, withChannel } from "./profile-model";
import { SkillMatrix } from "./skill-matrix";
import { useDraft, type FieldProblem } from "./versioned";

interface Props {
  /** Null for a new one. */
  id: string | null;
  stored: Profile;
  configuration: Configuration;
  people: number;
  onSaved: (id: string) => void;
  onRemoved: () => void;
}

const MEDIA: readonly MediaClass[] = ["voice", "live", "async"];

export function ProfileEditor({ id, stored, configuration, people, onSaved, onRemoved }: Props) {
  const { t, language } = useTexts();
  const channels = useDesk()?.channels.map((one) => one.id) ?? [];
  const draft = useDraft(configuration, stored, sameProfile);
  const { value: profile, set: setProfile, changed, conflict, busy, reload } = draft;
  const target = id ?? idFromName(profile.name);
  const offered = [
    ...new Set([
      ...channels,
      ...Object.values(configuration.document.profiles).flatMap((one) => one.channels),
    ]),
  ];
  const path = `/profiles/${encodeURIComponent(target)}`;
  const problem = draft.problem === null ? null : [draft.problem, ...draft.fieldProblems.map(said)].join(" ");

  const save = async () => {
    const sent = { ...profile, name: profile.name.trim() };
    const version = await draft.save(path, (base) => ({ base_version: base, profile: sent }));
    if (version === null) return;
    toast("ok", t("profiles.saved", { version }));
    onSaved(target);
  };
  const remove = async () => {
    if (await draft.remove(path)) onRemoved();
  };

  const valid = target !== "" && profile.name.trim() !== "" && profile.channels.length > 0;
  return (
    <section className="card profile-editor" aria-label={profile.name || t("profiles.new")}>
      <header className="card-head">
        <div>
          <h2>{profile.name || t("profiles.new")}</h2>
          <p className="card-lead">{t("profiles.lead")}</p>
        </div>
        <span className="tag">{t("profiles.changedBy", { version: configuration.version })}</span>
      </header>
      {conflict && (
        <div className="conflict" role="alert">
          <Icon name="alert" size={20} />
          <p>
            <strong>{t("profiles.conflict", { version: configuration.version })}</strong>{" "}
            {t("profiles.conflictHint")}
          </p>
          <Button size="s" onPress={reload}>
            {t("profiles.reload")}
          </Button>
          <Button size="s" kind="danger" onPress={() => void save()}>
            {t("profiles.overwrite")}
          </Button>
        </div>
      )}
      <div className="profile-body">
        <div className="profile-left">
          <TextField
            label={t("profiles.name")}
            value={profile.name}
            onChange={(name) => setProfile({ ...profile, name })}
            maxLength={80}
            hint={id === null && target !== "" ? target : undefined}
          />
          <fieldset className="profile-channels">
            <legend className="field-label">{t("profiles.channels")}</legend>
            {offered.map((channel) => (
              <label
                key={channel}
                className="check-chip"
                data-on={profile.channels.includes(channel) || undefined}
              >
                <input
                  type="checkbox"
                  checked={profile.channels.includes(channel)}
                  onChange={(event) => setProfile(withChannel(profile, channel, event.target.checked))}
                />
                <ChannelIcon channel={channel} size={22} />
                {codeText(t, "channels", channel)}
              </label>
            ))}
          </fieldset>
          <fieldset className="profile-capacity">
            <legend className="field-label">{t("profiles.capacity")}</legend>
            {MEDIA.map((media) => (
              <label key={media}>
                <span>{codeText(t, "media", media)}</span>
                <input
                  className="input"
                  type="number"
                  min={0}
                  max={MOST_AT_ONCE}
                  value={profile.capacity[media]}
                  onChange={(event) => {
                    const value = Math.max(
                      0,
                      Math.min(MOST_AT_ONCE, Math.trunc(event.target.valueAsNumber || 0)),
                    );
                    setProfile({ ...profile, capacity: { ...profile.capacity, [media]: value } });
                  }}
                />
              </label>
            ))}
          </fieldset>
          <label className="profile-exclusive">
            <input
              type="checkbox"
              checked={profile.exclusive_voice ?? true}
              onChange={(event) => setProfile({ ...profile, exclusive_voice: event.target.checked })}
            />
            {t("profiles.exclusiveVoice")}
          </label>
          <label className="profile-exclusive">
            <input
              type="checkbox"
              checked={profile.interruptible ?? true}
              onChange={(event) => setProfile({ ...profile, interruptible: event.target.checked })}
            />
            {t("profiles.interruptible")}
          </label>
        </div>
        <SkillMatrix
          skills={configuration.document.skills}
          language={language}
          profile={profile}
          onChange={setProfile}
        />
      </div>
      {problem && (
        <p className="profile-problem" role="alert">
          <Icon name="alert" size={18} /> {problem}
        </p>
      )}
      <footer className="profile-foot">
        {id !== null && (
          <Button kind="danger" icon="trash" isDisabled={busy || people > 0} onPress={() => void remove()}>
            {t("profiles.remove")}
          </Button>
        )}
        <span className="profile-space">{changed && t("profiles.unsaved")}</span>
        <Button onPress={reload} isDisabled={!changed || busy}>
          {t("actions.discard")}
        </Button>
        <Button
          kind="primary"
          icon="check"
          isDisabled={!changed || !valid || busy || conflict}
          onPress={() => void save()}
        >
          {t("actions.save")}
        </Button>
      </footer>
    </section>
  );
}

/** What exactly was wrong, where the server says it. */
function said({ path, message }: FieldProblem): string {
  return `${path}: ${message}`;
}
