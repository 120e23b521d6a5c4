/** What could not be delivered, and for administrators what could not be handled: retry or drop. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import type { DeadLetter, Quarantined } from "../api/operations";
import { useServerNow, useSession } from "../context";
import { ContactDialog } from "../desk/contact-dialog";
import { codeText, errorText, useTexts } from "../i18n";
import { failureText } from "../lib/failures";
import { dateAndTime } from "../lib/format";
import { Button, IconButton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Empty, Failed, Loading } from "../ui/states";
import { toast } from "../ui/toasts";

type Verb = "retry" | "drop";
type Source = "outbox" | "quarantine";

interface Item {
  id: string;
  kind: string;
  error: string | null;
  at: string;
  contactId: string | null;
  attempts: number | null;
}

const REFRESH = 15_000;

export function DeliveriesPage() {
  const { t } = useTexts();
  const { account } = useSession();
  const dead = useQuery({
    queryKey: ["outbox"],
    refetchInterval: REFRESH,
    queryFn: async () => {
      const { items } = await request<{ items: DeadLetter[] }>("/outbox?state=dead");
      return items.map((one): Item => ({ ...one, at: one.created_at, contactId: one.contact_id }));
    },
  });
  return (
    <div className="deliveries">
      <ItemsCard
        title={t("supervisor.tabs.deliveries")}
        lead={t("deliveries.lead")}
        none={t("deliveries.none")}
        source="outbox"
        query={dead}
      />
      {account.role === "admin" && <QuarantineCard />}
    </div>
  );
}

function QuarantineCard() {
  const { t } = useTexts();
  const items = useQuery({
    queryKey: ["quarantine"],
    refetchInterval: REFRESH,
    queryFn: async () => {
      const { items: list } = await request<{ items: Quarantined[] }>("/quarantine");
      return list.map((one): Item => ({ ...one, at: one.received_at, contactId: null, attempts: null }));
    },
  });
  return (
    <ItemsCard
      title={t("deliveries.quarantine")}
      lead={t("deliveries.quarantineLead")}
      none={t("deliveries.quarantineNone")}
      source="quarantine"
      query={items}
    />
  );
}

interface CardProps {
  title: string;
  lead: string;
  none: string;
  source: Source;
  query: { data: Item[] | undefined; error: Error | null; refetch: () => unknown };
}

function useItemAction(source: Source) {
  const { t } = useTexts();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: Verb }) =>
      request<unknown>(`/${source}/${encodeURIComponent(id)}/${verb}`, { method: "POST" }),
    onSuccess: (_, { verb }) =>
      toast("ok", t(verb === "retry" ? "deliveries.retried" : "deliveries.dropped")),
    onError: (error) => toast("bad", errorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: [source] }),
  });
}

function ItemsCard({ title, lead, none, source, query }: CardProps) {
  const { t, language } = useTexts();
  const now = useServerNow();
  const action = useItemAction(source);
  const [dropping, setDropping] = useState<string | null>(null);
  const [reading, setReading] = useState<string | null>(null);
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{title}</h2>
          <p className="card-lead">{lead}</p>
        </div>
        <IconButton icon="retry" label={t("app.retry")} onPress={() => void query.refetch()} />
      </header>
      {query.error && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Loading />}
      {query.data?.length === 0 && <Empty icon="check">{none}</Empty>}
      {query.data && query.data.length > 0 && (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>{t("deliveries.kind")}</th>
                <th>{t("deliveries.error")}</th>
                <th className="number">{t("deliveries.attempts")}</th>
                <th>{t("deliveries.created")}</th>
                <th>
                  <span className="visually-hidden">{t("deliveries.retry")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map((item) => (
                <tr key={item.id}>
                  <th scope="row">{codeText(t, "kinds", item.kind)}</th>
                  <td className="cell-error">{item.error === null ? "—" : failureText(t, item.error)}</td>
                  <td className="number">{item.attempts ?? "—"}</td>
                  <td>{dateAndTime(item.at, now, language)}</td>
                  <td className="cell-actions">
                    <span>
                      {item.contactId !== null && (
                        <Button size="s" kind="quiet" onPress={() => setReading(item.contactId)}>
                          {t("deliveries.contact")}
                        </Button>
                      )}
                      <Button
                        size="s"
                        icon="retry"
                        isDisabled={action.isPending}
                        onPress={() => action.mutate({ id: item.id, verb: "retry" })}
                      >
                        {t("deliveries.retry")}
                      </Button>
                      <Button
                        size="s"
                        kind="danger"
                        isDisabled={action.isPending}
                        onPress={() => setDropping(item.id)}
                      >
                        {t("deliveries.drop")}
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {dropping !== null && (
        <DropDialog
          onClose={() => setDropping(null)}
          onDrop={() => {
            action.mutate({ id: dropping, verb: "drop" });
            setDropping(null);
          }}
        />
      )}
      {reading !== null && <ContactDialog id={reading} onClose={() => setReading(null)} />}
    </section>
  );
}

function DropDialog({ onClose, onDrop }: { onClose: () => void; onDrop: () => void }) {
  const { t } = useTexts();
  return (
    <Dialog
      title={t("deliveries.dropTitle")}
      size="s"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button kind="danger" onPress={onDrop}>
            {t("deliveries.drop")}
          </Button>
        </>
      }
    >
      <p className="dialog-lead">{t("deliveries.dropLead")}</p>
    </Dialog>
  );
}
