/** Why a contact waits: who could take it and why not now, what it asks and when it asks less, what was decided. */
import { useQuery } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Candidate, ContactExplanation, Group, PastDecision, Step, Waiting } from "../api/explanation";
import type { Contact } from "../api/types";
import { useServerNow } from "../context";
import { customerName } from "../desk/conversations";
import { CHOSEN, useSkillName } from "../desk/why";
import { codeText, useTexts } from "../i18n";
import { clockDuration, dateAndTime, secondsUntil, shortDuration, timeOfDay } from "../lib/format";
import { useReasonName } from "../shell/status-items";
import { Dialog } from "../ui/dialog";
import { Failed, Loading } from "../ui/states";
import { AskedTags, useCounts } from "./explained";
import "./explanation.css";

/** Milliseconds between two readings while the dialog is open. */
const REFRESH = 5000;

export function WhyDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const found = useQuery({
    queryKey: ["explanation", "contact", contact.id],
    queryFn: () => request<ContactExplanation>(`/contacts/${encodeURIComponent(contact.id)}/explanation`),
    refetchInterval: REFRESH,
    staleTime: 0,
  });
  const waits = found.data ? found.data.waiting !== null : contact.state === "waiting";
  return (
    <Dialog
      title={t(waits ? "explanation.title" : "explanation.titleWent", { name: customerName(contact) })}
      size="l"
      onClose={onClose}
    >
      {found.isPending && <Loading />}
      {found.isError && !found.data && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Explanation found={found.data} />}
    </Dialog>
  );
}

function Explanation({ found }: { found: ContactExplanation }) {
  const { t } = useTexts();
  const { waiting } = found;
  return (
    <div className="explained">
      {waiting === null ? (
        <p className="explained-verdict">
          {t("explanation.notWaiting", { state: codeText(t, "states", found.state) })}
        </p>
      ) : (
        <>
          <Verdict waiting={waiting} />
          <Facts waiting={waiting} />
          {waiting.steps.length > 0 && <Steps steps={waiting.steps} />}
          <Groups groups={waiting.groups} />
        </>
      )}
      <Decisions decisions={found.decisions} />
      <p className="explained-quiet">{t("explanation.version", { version: found.configuration_version })}</p>
    </div>
  );
}

function Verdict({ waiting }: { waiting: Waiting }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const { reserved } = waiting;
  const ready = waiting.groups.reduce((sum, group) => sum + group.ready, 0);
  if (waiting.kept) {
    const time = waiting.opens_at === null ? null : dateAndTime(waiting.opens_at, now, language);
    return (
      <p className="explained-verdict" data-tone="warn">
        {time === null ? t("explanation.closed") : t("explanation.closedUntil", { time })}
      </p>
    );
  }
  if (reserved !== null) {
    const { name } = reserved.agent;
    return (
      <p className="explained-verdict" data-tone="warn">
        {reserved.until === null
          ? t("explanation.reserved", { name })
          : t("explanation.reservedUntil", { name, time: timeOfDay(reserved.until, language) })}
      </p>
    );
  }
  if (!waiting.ever)
    return (
      <p className="explained-verdict" data-tone="bad">
        <strong>{t("explanation.never")}</strong> {t("explanation.neverHint")}
      </p>
    );
  if (waiting.able === 0)
    return (
      <p className="explained-verdict" data-tone="warn">
        {t("explanation.notYet")}
      </p>
    );
  return (
    <p className="explained-verdict">
      {ready > 0 ? t("explanation.ready", { count: ready }) : t("explanation.able", { count: waiting.able })}
    </p>
  );
}

function Facts({ waiting }: { waiting: Waiting }) {
  const { t } = useTexts();
  const now = useServerNow();
  const next = waiting.steps.find((step) => step.state === "pending")?.at ?? null;
  const left = secondsUntil(next, now);
  return (
    <dl className="explained-facts">
      <div>
        <dt>{t("explanation.waited")}</dt>
        <dd>{clockDuration(waiting.waited_seconds)}</dd>
      </div>
      {waiting.estimate && (
        <div>
          <dt>{t("explanation.estimate")}</dt>
          <dd>
            {shortDuration(waiting.estimate.p50)} – {shortDuration(waiting.estimate.p80)}
          </dd>
        </div>
      )}
      {waiting.position !== null && (
        <div>
          <dt>{t("explanation.position")}</dt>
          <dd>{t("explanation.positionOf", { position: waiting.position, count: waiting.in_line })}</dd>
        </div>
      )}
      {waiting.head_start_seconds !== 0 && (
        <div>
          <dt>{t("supervisor.headStart")}</dt>
          <dd>
            {waiting.head_start_seconds < 0 && "−"}
            {shortDuration(Math.abs(waiting.head_start_seconds))}
          </dd>
        </div>
      )}
      {next !== null && (
        <div>
          <dt>{t("explanation.nextStep")}</dt>
          <dd>{left < 1 ? t("explanation.now") : t("explanation.inTime", { time: clockDuration(left) })}</dd>
        </div>
      )}
      <div className="explained-asks">
        <dt>{t("explanation.asks")}</dt>
        <dd>
          {waiting.hazard && <span className="tag tag-bad">{t("why.hazard")}</span>}
          <AskedTags asked={waiting.asked} />
        </dd>
      </div>
    </dl>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTexts();
  const gives = useStepText();
  const next = steps.findIndex((step) => step.state === "pending");
  const states = { waited: t("explanation.stepWaited"), absence: t("explanation.stepAbsence") };
  return (
    <section>
      <h3>{t("explanation.steps")}</h3>
      <ol className="explained-steps">
        {steps.map((step, number) => (
          <li key={number} data-state={step.state}>
            <span className="explained-when">
              {t("explanation.after", { time: shortDuration(step.after_seconds) })}
            </span>
            <span>{gives(step)}</span>
            <span className={step.state === "pending" ? "tag" : "tag tag-accent"}>
              {step.state === "pending"
                ? t(number === next ? "explanation.stepNext" : "explanation.stepLater")
                : states[step.state]}
            </span>
            <small>{t("explanation.stepAble", { count: step.able })}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a step gives up, in words. */
function useStepText(): (step: Step) => string {
  const { t } = useTexts();
  const skillName = useSkillName();
  return (step) =>
    [
      ...Object.entries(step.lower).map(([skill, minimum]) =>
        t("explanation.stepLower", { skill: skillName(skill), minimum }),
      ),
      ...step.drop.map((skill) => t("explanation.stepDrop", { skill: skillName(skill) })),
      ...(step.drop_preferred ? [t("explanation.stepDropPreferred")] : []),
      ...(step.profiles.length > 0
        ? [t("explanation.stepProfiles", { names: step.profiles.map(({ name }) => name).join(", ") })]
        : []),
    ].join(", ");
}

function Groups({ groups }: { groups: readonly Group[] }) {
  const { t } = useTexts();
  const counts = useCounts();
  return (
    <section>
      <h3>{t("explanation.people")}</h3>
      <div className="table-scroll">
        <table className="table explained-groups">
          <thead>
            <tr>
              <th>{t("supervisor.profile")}</th>
              <th className="number">{t("explanation.onShift")}</th>
              <th className="number">{t("explanation.readyShort")}</th>
              <th className="number" title={t("explanation.aheadHint")}>
                {t("explanation.ahead")}
              </th>
              <th>{t("explanation.whyNot")}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.profile.id} data-unable={group.refusal !== null || undefined}>
                <th scope="row">{group.profile.name}</th>
                <td className="number">
                  {t("explanation.ofMembers", { count: group.signed_in, total: group.members })}
                </td>
                <td className="number">{group.ready || "—"}</td>
                <td className="number">{group.refusal === null ? group.ahead : "—"}</td>
                <td>
                  {group.refusal === null ? (
                    <People group={group} fallback={counts(group.refused)} />
                  ) : (
                    codeText(t, "refusals", group.refusal)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** People named one by one where there are few; where there are many, counted. */
const FEW = 8;

function People({ group, fallback }: { group: Group; fallback: string }) {
  const why = useRefusalText();
  if (group.members > FEW || group.people.length < group.members) return <>{fallback}</>;
  return (
    <ul className="explained-people">
      {group.people.map((person) => (
        <li key={person.id}>
          <strong>{person.name}</strong> {why(person)}
        </li>
      ))}
    </ul>
  );
}

function useRefusalText(): (person: Candidate) => string {
  const { t, language } = useTexts();
  const reasonName = useReasonName();
  return (person) => {
    if (person.refusal === null) return t("explanation.readyNow");
    if (person.refusal === "declined_this_contact" && person.until !== null)
      return t("explanation.declinedUntil", { time: timeOfDay(person.until, language) });
    const said = codeText(t, "refusals", person.refusal);
    if (person.until !== null)
      return `${said} ${t("explanation.until", { time: timeOfDay(person.until, language) })}`;
    return person.reason === null ? said : `${said} (${reasonName(person.reason)})`;
  };
}

function Decisions({ decisions }: { decisions: readonly PastDecision[] }) {
  const { t, language } = useTexts();
  const counts = useCounts();
  const now = useServerNow();
  const outcome = (decision: PastDecision) => {
    switch (decision.outcome) {
      case "accepted":
      case "declined":
      case "rona":
      case "withdrawn":
        return t(`explanation.${decision.outcome}`);
      default:
        return decision.outcome ?? t("explanation.rings");
    }
  };
  return (
    <section>
      <h3>{t("explanation.decisions")}</h3>
      {decisions.length === 0 && <p className="explained-quiet">{t("explanation.noDecisions")}</p>}
      <ol className="explained-decisions">
        {decisions.map((decision) => (
          <li key={decision.offer_id}>
            <span className="explained-when">{dateAndTime(decision.at, now, language)}</span>
            <span>
              <strong>{decision.agent.name}</strong> {outcome(decision)} ·{" "}
              {t("offer.waited", { time: shortDuration(decision.waited_seconds) })}
              {decision.steps > 0 && <> · {t("why.steps", { count: decision.steps })}</>}
              {CHOSEN.has(decision.cause) && (
                <small>
                  {t("queueEditor.choice")}: {t(`queueEditor.choices.${decision.choice}`)}
                </small>
              )}
              {Object.keys(decision.refused).length > 0 && (
                <small>
                  {t("explanation.others")}: {counts(decision.refused)}
                </small>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
