/** A contact to read: what was said on the left, its way on the right. */
import { useState } from "react";
import { request } from "../api/client";
import { useContactDetail } from "../api/queries";
import { useLive, useServerNow } from "../context";
import { codeText, errorText, useTexts } from "../i18n";
import { dateAndTime } from "../lib/format";
import { EMPTY_THREAD } from "../live/threads";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Failed, Loading } from "../ui/states";
import { toast } from "../ui/toasts";
import { contactTitle } from "./conversations";
import { ChangeCustomer } from "./customer-dialog";
import { useDispositionName } from "./earlier-contacts";
import { Thread } from "./thread";
import { Timeline } from "./timeline";

interface Job {
  state: "queued" | "running" | "done" | "failed";
  error?: string | null;
  url?: string | null;
}

const POLL_EVERY = 800;
const POLLS = 60;

/** The history as a file: a job on the server, then a download. */
async function exportHistory(id: string): Promise<string | null> {
  const { job_id } = await request<{ job_id: string }>(`/contacts/${encodeURIComponent(id)}/export`, {
    method: "POST",
  });
  for (let poll = 0; poll < POLLS; poll += 1) {
    const job = await request<Job>(`/jobs/${encodeURIComponent(job_id)}`);
    if (job.state === "done") return job.url ?? null;
    if (job.state === "failed") return null;
    await new Promise((done) => setTimeout(done, POLL_EVERY));
  }
  return null;
}

export function ContactDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, language } = useTexts();
  const detail = useContactDetail(id);
  const thread = useLive((state) => state.threads[id]) ?? EMPTY_THREAD;
  const disposition = useDispositionName();
  const now = useServerNow();
  const contact = detail.data?.contact;
  const result =
    contact && (disposition(contact) ?? (contact.outcome && codeText(t, "outcomes", contact.outcome)));
  return (
    <Dialog
      title={contact ? contactTitle(contact) : t("customer.earlier")}
      size="l"
      onClose={onClose}
      extra={<ExportButton id={id} />}
    >
      {detail.isPending && <Loading />}
      {detail.isError && <Failed error={detail.error} onRetry={() => void detail.refetch()} />}
      {contact && detail.data && (
        <>
          <p className="reading-meta">
            <span className="tag">{t("customer.readOnly")}</span>
            <span>{codeText(t, "channels", contact.channel)}</span>
            <span>{contact.queue.name}</span>
            <span>{dateAndTime(contact.arrived_at, now, language)}</span>
            {contact.agent && <span>{contact.agent.name}</span>}
            {result && <span className="tag tag-accent">{result}</span>}
            <ChangeCustomer id={contact.customer?.id ?? null} />
          </p>
          <div className="reading">
            <Thread contact={contact} messages={thread.messages} />
            <Timeline events={detail.data.events} />
          </div>
        </>
      )}
    </Dialog>
  );
}

function ExportButton({ id }: { id: string }) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const url = await exportHistory(id);
      if (url === null) toast("bad", t("errors.unknown", { code: "export" }));
      else window.location.assign(url);
    } catch (error) {
      toast("bad", errorText(t, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="s" icon="download" isDisabled={busy} onPress={() => void run()}>
      {t(busy ? "pane.exporting" : "pane.export")}
    </Button>
  );
}
