/** Skill profiles: what each may take, how much at once, and how well. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { Agent } from "../api/types";
import { useTexts } from "../i18n";
import { Button } from "../ui/controls";
import { Failed, Loading } from "../ui/states";
import { useConfiguration } from "./configuration";
import { ProfileEditor } from "./profile-editor";
import { EMPTY_PROFILE } from "./profile-model";
import "./profiles.css";

export function ProfilesPage() {
  const { t } = useTexts();
  const configuration = useConfiguration();
  const agents = useQuery({ queryKey: ["agents"], queryFn: () => request<{ agents: Agent[] }>("/agents") });
  const [chosen, setChosen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  if (configuration.isError)
    return <Failed error={configuration.error} onRetry={() => void configuration.refetch()} />;
  if (!configuration.data) return <Loading />;

  const { profiles } = configuration.data.document;
  const ids = Object.keys(profiles);
  const id = chosen !== null && chosen in profiles ? chosen : (ids[0] ?? null);
  const people = (profile: string) =>
    agents.data?.agents.filter((agent) => agent.profile.id === profile).length ?? 0;
  const profile = making || id === null ? EMPTY_PROFILE : (profiles[id] ?? EMPTY_PROFILE);
  return (
    <div className="profiles">
      <section className="card profiles-list">
        <header className="card-head">
          <h2>{t("profiles.list")}</h2>
          <Button size="s" icon="plus" onPress={() => setMaking(true)}>
            {t("profiles.new")}
          </Button>
        </header>
        <ul>
          {ids.map((one) => (
            <li key={one}>
              <button
                type="button"
                aria-current={!making && one === id ? "true" : undefined}
                onClick={() => {
                  setMaking(false);
                  setChosen(one);
                }}
              >
                <strong className="truncate">{profiles[one]?.name ?? one}</strong>
                <small>{t("profiles.people", { count: people(one) })}</small>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <ProfileEditor
        key={making ? "new" : `profile:${id ?? ""}`}
        id={making ? null : id}
        stored={profile}
        configuration={configuration.data}
        people={id === null || making ? 0 : people(id)}
        onSaved={(saved) => {
          setMaking(false);
          setChosen(saved);
        }}
        onRemoved={() => setChosen(null)}
      />
    </div>
  );
}
