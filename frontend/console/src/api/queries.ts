/** What the console reads over REST, and when it reads it again. */
import { QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useConsole, useLive } from "../context";
import { addMessages } from "../live/state";
import { ApiError, request } from "./client";
import type { Desk } from "./desk";
import type { Contact, ContactDetail, CustomerDetail } from "./types";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 3 && error instanceof ApiError && error.temporary,
      },
    },
  });
}

export function useDesk(): Desk | undefined {
  return useQuery({ queryKey: ["desk"], queryFn: () => request<Desk>("/console"), staleTime: 60_000 }).data;
}

/**
 * One contact with its messages, which go to the live store: there they have one home. `every`: milliseconds after
 * which it is read again.
 */
export function useContactDetail(id: string | null, every: number | false = false) {
  const { live } = useConsole();
  return useQuery({
    queryKey: ["contact", id],
    enabled: id !== null,
    refetchInterval: every,
    queryFn: async () => {
      const detail = await request<ContactDetail>(`/contacts/${encodeURIComponent(id ?? "")}`);
      live.set((state) => addMessages(state, detail.contact.id, detail.messages));
      return detail;
    },
  });
}

export function useCustomer(id: string | null) {
  return useQuery({
    queryKey: ["customer", id],
    enabled: id !== null,
    queryFn: () => request<CustomerDetail>(`/customers/${encodeURIComponent(id ?? "")}`),
  });
}

/** A signature of what changes a contact's record, so that its events are read again. */
function recordKey(contact: Contact): string {
  return `${contact.state}/${contact.queue.id}/${contact.version}`;
}

/** The same of its customer's. */
function customerKey({ customer }: Contact): string {
  return JSON.stringify([customer?.name, customer?.tier, customer?.language, customer?.flags]);
}

/** Keeps the REST side in step with the socket: configuration, snapshots, changed contacts. */
export function useFreshness(): void {
  const client = useQueryClient();
  const { live } = useConsole();
  const generation = useLive((state) => state.generation);
  const version = useLive((state) => state.configurationVersion);

  useEffect(() => {
    // The first snapshot finds nothing read yet; each later one may have missed anything.
    if (generation > 1) void client.invalidateQueries();
  }, [client, generation]);

  useEffect(() => {
    if (version === 0) return;
    void client.invalidateQueries({ queryKey: ["desk"] });
    void client.invalidateQueries({ queryKey: ["configuration"] });
    void client.invalidateQueries({ queryKey: ["agents"] });
  }, [client, version]);

  useEffect(() => {
    const seen = new Map<string, { record: string; customer: string }>();
    return live.subscribe(() => {
      const { contacts } = live.get();
      for (const contact of Object.values(contacts)) {
        const key = { record: recordKey(contact), customer: customerKey(contact) };
        const before = seen.get(contact.id);
        seen.set(contact.id, key);
        if (before === undefined) continue;
        if (before.record !== key.record)
          void client.invalidateQueries({ queryKey: ["contact", contact.id] });
        if (before.customer !== key.customer)
          void client.invalidateQueries({ queryKey: ["customer", contact.customer?.id] });
      }
      for (const [id] of seen) {
        if (id in contacts) continue;
        seen.delete(id);
        // Read again when next shown: an agent may no longer read what has just left their desk.
        void client.invalidateQueries({ queryKey: ["customer"], refetchType: "none" });
      }
    });
  }, [client, live]);
}
