/** One queue: edit, save against the version that was read, and say at each field what is wrong. */
import type { Configuration, Queue } from "../api/types";
import { useTexts } from "../i18n";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { textIn } from "./configuration";
import { idFromName } from "./profile-model";
import { Problems } from "./queue-fields";
import { HoursSection } from "./queue-hours";
import { queueProblems, sameQueue, tidyQueue } from "./queue-model";
import {
  CallsSection,
  NameSection,
  NeedsSection,
  OrderSection,
  TimesSection,
  WhoSection,
} from "./queue-sections";
import { StepsSection } from "./queue-steps";
import { useDraft } from "./versioned";

interface Props {
  /** Null for a new one. */
  id: string | null;
  stored: Queue;
  configuration: Configuration;
  onSaved: (id: string) => void;
  onRemoved: () => void;
}

export function QueueEditor({ id, stored, configuration, onSaved, onRemoved }: Props) {
  const { t, language } = useTexts();
  const draft = useDraft(configuration, stored, sameQueue);
  const { value: queue, set: onChange, changed, conflict, busy } = draft;
  const target = id ?? idFromName(textIn(queue.name, "es", ""));
  const name = textIn(queue.name, language, "") || t("queueEditor.new");
  const found = queueProblems(queue);
  const path = `/queues/${encodeURIComponent(target)}`;

  const save = async () => {
    const body = (version: number) => ({ base_version: version, queue: tidyQueue(queue) });
    const version = await draft.save(path, body);
    if (version === null) return;
    toast("ok", t("queueEditor.saved", { version }));
    onSaved(target);
  };
  const remove = async () => {
    if (!(await draft.remove(path))) return;
    toast("ok", t("queueEditor.removed"));
    onRemoved();
  };

  const inside = `queues.${target}.`;
  const said = new Map(
    draft.fieldProblems.map(({ path: where, message }) => [where.replace(inside, ""), message]),
  );
  // What is seen to be wrong is said at once, except on a page that nobody has touched.
  if (changed) for (const [where, code] of found) said.set(where, t(`queueEditor.problems.${code}`));
  const part = { queue, onChange, document: configuration.document, id: target };
  return (
    <section className="card profile-editor" aria-label={name}>
      <header className="card-head">
        <div>
          <h2>{name}</h2>
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
          <Button size="s" onPress={draft.reload}>
            {t("profiles.reload")}
          </Button>
          <Button size="s" kind="danger" isDisabled={found.size > 0} onPress={() => void save()}>
            {t("profiles.overwrite")}
          </Button>
        </div>
      )}
      <Problems.Provider value={said}>
        <div className="queue-body">
          <NameSection {...part} />
          <NeedsSection {...part} />
          <StepsSection {...part} />
          <WhoSection {...part} />
          <OrderSection {...part} />
          <TimesSection {...part} />
          <CallsSection {...part} />
          <HoursSection {...part} />
        </div>
      </Problems.Provider>
      {draft.problem !== null && (
        <div className="profile-problem" role="alert">
          <Icon name="alert" size={18} />
          <div>
            <strong>{draft.problem}</strong>
            <ul>
              {draft.fieldProblems.map(({ path: where, message }) => (
                <li key={where}>
                  <code>{where.replace(inside, "")}</code>: {message}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <footer className="profile-foot queue-foot">
        {id !== null && (
          <Button kind="danger" icon="trash" isDisabled={busy || changed} onPress={() => void remove()}>
            {t("queueEditor.remove")}
          </Button>
        )}
        <span className="profile-space" role="status">
          {changed &&
            (found.size > 0 ? t("queueEditor.toFix", { count: found.size }) : t("profiles.unsaved"))}
        </span>
        <Button onPress={draft.reload} isDisabled={!changed || busy}>
          {t("actions.discard")}
        </Button>
        <Button
          kind="primary"
          icon="check"
          isDisabled={!changed || found.size > 0 || target === "" || busy || conflict}
          onPress={() => void save()}
        >
          {t("actions.save")}
        </Button>
      </footer>
    </section>
  );
}
