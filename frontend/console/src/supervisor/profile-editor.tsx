/** One profile: edit, save against the version that was read, and say so when somebody else was faster. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, request } from "../api/client";
import type { Configuration, MediaClass, Profile } from "../api/types";
import { codeText, errorText, useTexts } from "../i18n";
import { ChannelIcon } from "../ui/channel-icon";
import { Button, TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useDesk } from "../api/queries";
import { idFromName, MOST_AT_ONCE, sameProfile, withChannel } from "./profile-model";
import { SkillMatrix } from "./skill-matrix";

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
  const client = useQueryClient();
  const channels = useDesk()?.channels.map((one) => one.id) ?? [];
  // What was read when editing began: a newer version must not slip under unsaved changes.
  const [base, setBase] = useState({ version: configuration.version, profile: stored });
  const [profile, setProfile] = useState(stored);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const changed = !sameProfile(profile, base.profile);
  if (!changed && base.version !== configuration.version) {
    setBase({ version: configuration.version, profile: stored });
    setProfile(stored);
  }
  const conflict = changed && base.version !== configuration.version && !sameProfile(stored, base.profile);
  const target = id ?? idFromName(profile.name);
  const offered = [
    ...new Set([
      ...channels,
      ...Object.values(configuration.document.profiles).flatMap((one) => one.channels),
    ]),
  ];

  const reload = () => {
    setBase({ version: configuration.version, profile: stored });
    setProfile(stored);
    setProblem(null);
  };
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(describe(error, errorText(t, error)));
      if (error instanceof ApiError && error.code === "stale_version")
        await client.invalidateQueries({ queryKey: ["configuration"] });
    } finally {
      setBusy(false);
    }
  };
  const save = (version: number) =>
    run(async () => {
      const path = `/profiles/${encodeURIComponent(target)}`;
      const body = { base_version: version, profile: { ...profile, name: profile.name.trim() } };
      const result = await request<{ version: number }>(path, { method: "PUT", body });
      setBase({ version: result.version, profile });
      await client.invalidateQueries({ queryKey: ["configuration"] });
      toast("ok", t("profiles.saved", { version: result.version }));
      onSaved(target);
    });
  const remove = () =>
    run(async () => {
      await request<unknown>(
        `/profiles/${encodeURIComponent(target)}?base_version=${configuration.version}`,
        { method: "DELETE" },
      );
      await client.invalidateQueries({ queryKey: ["configuration"] });
      onRemoved();
    });

  const valid = target !== "" && profile.name.trim() !== "" && profile.channels.length > 0;
  // Another profile's unrelated change is no conflict: this one is saved on top of it.
  const version = conflict ? base.version : configuration.version;
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
          <Button size="s" kind="danger" onPress={() => void save(configuration.version)}>
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
          onPress={() => void save(version)}
        >
          {t("actions.save")}
        </Button>
      </footer>
    </section>
  );
}

/** A refusal with what exactly was wrong, where the server says it. */
function describe(error: unknown, text: string): string {
  if (!(error instanceof ApiError) || !Array.isArray(error.detail.errors)) return text;
  const lines = (error.detail.errors as { path?: string; message?: string }[]).map(
    ({ path, message }) => `${path ?? ""}: ${message ?? ""}`,
  );
  return [text, ...lines].join(" ");
}
