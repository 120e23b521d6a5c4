/** Which profile each person has, and where their calls ring. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { Agent } from "../api/types";
import { useStatusText } from "../shell/status-items";
import { errorText, useTexts } from "../i18n";
import { Avatar, StatusDot } from "../ui/bits";
import { TextField } from "../ui/controls";
import { Select } from "../ui/select";
import { Failed, Loading } from "../ui/states";
import { toast } from "../ui/toasts";
import { useConfiguration } from "./configuration";

export function PeoplePage() {
  const { t } = useTexts();
  const [search, setSearch] = useState("");
  const agents = useQuery({ queryKey: ["agents"], queryFn: () => request<{ agents: Agent[] }>("/agents") });
  const configuration = useConfiguration();
  if (agents.isError) return <Failed error={agents.error} onRetry={() => void agents.refetch()} />;
  if (!agents.data || !configuration.data) return <Loading />;
  const profiles = Object.entries(configuration.data.document.profiles).map(([id, { name }]) => ({
    id,
    name,
  }));
  const wanted = search.trim().toLowerCase();
  const shown = agents.data.agents
    .filter((agent) => agent.name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <section className="card people">
      <header className="card-head">
        <div>
          <h2>{t("supervisor.tabs.people")}</h2>
          <p className="card-lead">{t("people.lead")}</p>
        </div>
        <TextField
          label={t("people.search")}
          hideLabel
          icon="search"
          placeholder={t("people.search")}
          value={search}
          onChange={setSearch}
        />
      </header>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th>{t("supervisor.agent")}</th>
              <th>{t("supervisor.state")}</th>
              <th>{t("supervisor.profile")}</th>
              <th>{t("people.telephone")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((agent) => (
              <PersonRow key={agent.id} agent={agent} profiles={profiles} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function PersonRow({ agent, profiles }: { agent: Agent; profiles: { id: string; name: string }[] }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const text = useStatusText();
  const change = useMutation({
    mutationFn: (profile: string) =>
      request<unknown>(`/agents/${encodeURIComponent(agent.id)}`, { method: "PUT", body: { profile } }),
    onSuccess: async (_, profile) => {
      const name = profiles.find((one) => one.id === profile)?.name ?? profile;
      toast("ok", t("people.saved", { name: agent.name, profile: name }));
      await client.invalidateQueries({ queryKey: ["agents"] });
    },
    onError: (error) => toast("bad", errorText(t, error)),
  });
  return (
    <tr>
      <th scope="row">
        <span className="cell-person">
          <Avatar name={agent.name} size={30} />
          <span>
            <span className="truncate">{agent.name}</span>
            <small>{agent.id}</small>
          </span>
        </span>
      </th>
      <td>
        <span className="cell-status">
          <StatusDot status={agent.status} /> {text(agent)}
        </span>
      </td>
      <td>
        <Select
          label={`${t("supervisor.profile")}: ${agent.name}`}
          hideLabel
          options={profiles}
          value={change.isPending ? change.variables : agent.profile.id}
          isDisabled={change.isPending}
          onChange={(profile) => change.mutate(profile)}
        />
      </td>
      <td>
        <TelephoneField key={agent.telephone} agent={agent} />
      </td>
    </tr>
  );
}

const TELEPHONE = /^(|\+[1-9][0-9]{6,14}|sip:[\w.~%+-]{1,64}@[A-Za-z0-9.-]{1,100}(:[0-9]{1,5})?)$/;

/** Saved with Enter or on leaving the field; Escape takes it back. */
function TelephoneField({ agent }: { agent: Agent }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const before = agent.telephone ?? "";
  const [written, setWritten] = useState(before);
  const save = useMutation({
    mutationFn: (telephone: string) =>
      request<unknown>(`/agents/${encodeURIComponent(agent.id)}`, { method: "PUT", body: { telephone } }),
    onSuccess: async (_, telephone) => {
      const { name } = agent;
      toast(
        "ok",
        telephone ? t("people.telephoneSaved", { name, telephone }) : t("people.telephoneGone", { name }),
      );
      await client.invalidateQueries({ queryKey: ["agents"] });
    },
    onError: (error) => toast("bad", errorText(t, error)),
  });
  const done = () => {
    const telephone = written.trim();
    if (telephone === before || save.isPending) return;
    if (TELEPHONE.test(telephone)) save.mutate(telephone);
    else toast("bad", t("people.telephoneWrong"));
  };
  return (
    <TextField
      label={`${t("people.telephone")}: ${agent.name}`}
      hideLabel
      icon="phone"
      placeholder={t("people.telephoneNone")}
      value={written}
      onChange={setWritten}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === "Enter") done();
        else if (event.key === "Escape") setWritten(before);
      }}
      isDisabled={save.isPending}
      isInvalid={!TELEPHONE.test(written.trim())}
    />
  );
}
