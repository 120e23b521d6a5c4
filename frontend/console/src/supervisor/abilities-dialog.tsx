/** What a person could take now, and what would reach them with another skill or profile. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { Abilities, AgentExplanation, Line, WhatIf } from "../api/explanation";
import { useDesk } from "../api/queries";
import type { MediaClass, Named } from "../api/types";
import { useServerNow } from "../context";
import { useSkillName } from "../desk/why";
import { codeText, useTexts } from "../i18n";
import { secondsSince, shortDuration } from "../lib/format";
import { ChannelIcon } from "../ui/channel-icon";
import { Button, IconButton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { Failed, Loading } from "../ui/states";
import { useConfiguration } from "./configuration";
import { AskedTags } from "./explained";
import "./explanation.css";

const MEDIA: readonly MediaClass[] = ["voice", "live", "async"];
/** Milliseconds between two readings while the dialog is open. */
const REFRESH = 5000;

interface Supposition {
  profile: string;
  skills: Record<string, number>;
}
const AS_IT_IS: Supposition = { profile: "", skills: {} };

function useAbilities(id: string, supposed: Supposition) {
  const query = new URLSearchParams();
  if (supposed.profile) query.set("profile", supposed.profile);
  const skills = Object.entries(supposed.skills).map(([skill, level]) => `${skill}=${level}`);
  if (skills.length > 0) query.set("skill", skills.join(","));
  return useQuery({
    queryKey: ["explanation", "agent", id, query.toString()],
    queryFn: () =>
      request<AgentExplanation>(`/agents/${encodeURIComponent(id)}/explanation?${query.toString()}`),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH,
    staleTime: 0,
  });
}

export function AbilitiesDialog({ agent, onClose }: { agent: Named; onClose: () => void }) {
  const { t } = useTexts();
  const [supposed, setSupposed] = useState(AS_IT_IS);
  const found = useAbilities(agent.id, supposed);
  return (
    <Dialog title={t("explanation.couldTake", { name: agent.name })} size="l" onClose={onClose}>
      {found.isPending && <Loading />}
      {found.isError && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <div className="explained">
          <Now abilities={found.data.abilities} />
          <Lines
            title={t("explanation.serves")}
            lines={found.data.abilities.served}
            waiting={found.data.abilities.waiting}
            empty={t("explanation.servesNothing")}
          />
          <Reserved counts={found.data.reserved} />
          <Supposing
            own={found.data.abilities}
            supposed={supposed}
            onChange={setSupposed}
            result={found.data.what_if}
          />
          <Lines title={t("explanation.cannot")} lines={found.data.abilities.others} />
        </div>
      )}
    </Dialog>
  );
}

/** By media class whether something could be offered now. */
function Now({ abilities }: { abilities: Abilities }) {
  const { t } = useTexts();
  return (
    <ul className="explained-now">
      {MEDIA.filter((media) => abilities.capacity[media] > 0).map((media) => {
        const refusal = abilities.now[media];
        return (
          <li key={media}>
            <span className={refusal === null ? "tag tag-accent" : "tag tag-warn"}>
              {codeText(t, "media", media)}:{" "}
              {refusal === null ? t("explanation.free") : codeText(t, "refusals", refusal)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface LinesProps {
  title: string;
  lines: readonly Line[];
  waiting?: number;
  empty?: string;
}

function Lines({ title, lines, waiting, empty }: LinesProps) {
  const { t } = useTexts();
  const now = useServerNow();
  if (lines.length === 0 && empty === undefined) return null;
  return (
    <section>
      <h3>
        {title}
        {waiting !== undefined && waiting > 0 && (
          <span className="explained-quiet"> · {t("explanation.waitingCount", { count: waiting })}</span>
        )}
      </h3>
      {lines.length === 0 ? (
        <p className="explained-quiet">{empty}</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>{t("supervisor.queue")}</th>
                <th>{t("explanation.asks")}</th>
                <th className="number">{t("explanation.count")}</th>
                <th className="number">{t("explanation.oldest")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line, number) => (
                <tr key={number}>
                  <th scope="row">
                    <span className="explained-queue">
                      <ChannelIcon channel={line.channel} size={22} />
                      <span>{line.queue.name}</span>
                    </span>
                  </th>
                  <td>
                    {line.hazard && <span className="tag tag-bad">{t("why.hazard")}</span>}
                    <AskedTags asked={line.asked} />
                    {line.refusal !== null && <small> {codeText(t, "refusals", line.refusal)}</small>}
                  </td>
                  <td className="number">{line.waiting}</td>
                  <td className="number">{shortDuration(secondsSince(line.oldest, now))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Reserved({ counts }: { counts: Record<string, number> }) {
  const { t } = useTexts();
  const queues = useDesk()?.queues ?? [];
  const parts = Object.entries(counts).map(
    ([queue, count]) => `${queues.find((one) => one.id === queue)?.name ?? queue} ${count}`,
  );
  if (parts.length === 0) return null;
  return (
    <p>
      {t("explanation.alone")}: {parts.join(" · ")}
    </p>
  );
}

interface SupposingProps {
  own: Abilities;
  supposed: Supposition;
  onChange: (supposed: Supposition) => void;
  result: WhatIf | null;
}

function Supposing({ own, supposed, onChange, result }: SupposingProps) {
  const { t } = useTexts();
  const skillName = useSkillName();
  const skills = useDesk()?.skills ?? [];
  const profiles = useConfiguration().data?.document.profiles ?? {};
  const [skill, setSkill] = useState("");
  const [level, setLevel] = useState("3");
  const chosen = skill || (skills[0]?.id ?? "");
  const others = Object.entries(profiles)
    .filter(([id]) => id !== own.profile.id)
    .map(([id, profile]) => ({ id, name: profile.name }));
  const tried = supposed.profile !== "" || Object.keys(supposed.skills).length > 0;
  const remove = (gone: string) =>
    onChange({
      ...supposed,
      skills: Object.fromEntries(Object.entries(supposed.skills).filter(([id]) => id !== gone)),
    });
  return (
    <section className="explained-what-if">
      <h3>{t("explanation.whatIf")}</h3>
      <p className="explained-quiet">{t("explanation.whatIfLead")}</p>
      <div className="explained-form">
        <Select
          label={t("explanation.withProfile")}
          value={supposed.profile}
          options={[{ id: "", name: t("explanation.ownProfile", { name: own.profile.name }) }, ...others]}
          onChange={(profile) => onChange({ ...supposed, profile })}
        />
        <Select label={t("explanation.skill")} value={chosen} options={skills} onChange={setSkill} />
        <Select
          label={t("explanation.level")}
          value={level}
          options={[
            { id: "0", name: t("explanation.without") },
            ...["1", "2", "3", "4", "5"].map((id) => ({ id, name: id })),
          ]}
          onChange={setLevel}
        />
        <Button
          isDisabled={chosen === ""}
          onPress={() => onChange({ ...supposed, skills: { ...supposed.skills, [chosen]: Number(level) } })}
        >
          {t("explanation.add")}
        </Button>
        {tried && (
          <Button kind="quiet" onPress={() => onChange(AS_IT_IS)}>
            {t("explanation.reset")}
          </Button>
        )}
      </div>
      {Object.entries(supposed.skills).length > 0 && (
        <ul className="explained-supposed">
          {Object.entries(supposed.skills).map(([id, value]) => (
            <li key={id} className="tag">
              {t("explanation.supposed", {
                skill: skillName(id),
                level: value === 0 ? t("explanation.without") : value,
              })}
              <IconButton
                icon="close"
                size="s"
                label={t("explanation.removeSkill", { skill: skillName(id) })}
                onPress={() => remove(id)}
              />
            </li>
          ))}
        </ul>
      )}
      {tried && result && <Result result={result} />}
    </section>
  );
}

function Result({ result }: { result: WhatIf }) {
  const { t } = useTexts();
  return (
    <div role="status">
      {result.gained.length === 0 && result.lost.length === 0 && <p>{t("explanation.same")}</p>}
      <Lines title={t("explanation.gained")} lines={result.gained} waiting={result.gained_waiting} />
      <Lines title={t("explanation.lost")} lines={result.lost} waiting={result.lost_waiting} />
    </div>
  );
}
