/** Queues: what each asks, how it relaxes, whom it prefers, and when it is open. */
import { useState } from "react";
import { useTexts } from "../i18n";
import { Button } from "../ui/controls";
import { Failed, Loading } from "../ui/states";
import { textIn, useConfiguration } from "./configuration";
import { QueueEditor } from "./queue-editor";
import { EMPTY_QUEUE } from "./queue-model";
import "./profiles.css";
import "./queues.css";

export function QueuesPage() {
  const { t, language } = useTexts();
  const configuration = useConfiguration();
  const [chosen, setChosen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  if (configuration.isError)
    return <Failed error={configuration.error} onRetry={() => void configuration.refetch()} />;
  if (!configuration.data) return <Loading />;

  const { queues, calendars } = configuration.data.document;
  const ids = Object.keys(queues);
  const id = chosen !== null && chosen in queues ? chosen : (ids[0] ?? null);
  const stored = making || id === null ? EMPTY_QUEUE : (queues[id] ?? EMPTY_QUEUE);
  return (
    <div className="profiles">
      <section className="card profiles-list">
        <header className="card-head">
          <h2>{t("queueEditor.list")}</h2>
          <Button size="s" icon="plus" onPress={() => setMaking(true)}>
            {t("queueEditor.new")}
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
                <strong className="truncate">{textIn(queues[one]?.name, language, one)}</strong>
                <small>{hoursName(queues[one]?.hours ?? null, calendars)}</small>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <QueueEditor
        key={making ? "new" : `queue:${id ?? ""}`}
        id={making ? null : id}
        stored={stored}
        configuration={configuration.data}
        onSaved={(saved) => {
          setMaking(false);
          setChosen(saved);
        }}
        onRemoved={() => setChosen(null)}
      />
    </div>
  );
}

/** What the list says of a queue that is not always open. */
function hoursName(hours: string | null, calendars: Record<string, unknown>): string {
  return hours !== null && hours in calendars ? hours : "";
}
