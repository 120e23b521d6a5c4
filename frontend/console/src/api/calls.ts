/** A call that is up, in the words of docs/api.md: read again whenever the socket says that it changed. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "../context";
import { request } from "./client";
import type { ContactState, Named } from "./types";

export interface Participant {
  /** Names them to the API; `customer` for the customer. */
  leg: string;
  role: "customer" | "agent" | "supervisor" | "guest";
  agent_id: string | null;
  name: string | null;
  address: string;
  state: "calling" | "in_call";
  muted: boolean;
  held: boolean;
  /** Only the agent hears them. */
  coaching: boolean;
  yours: boolean;
  since: string;
}

/** Somebody who was called in and did not come; told for a minute. */
export interface Unanswered {
  leg: string;
  agent_id: string | null;
  name: string | null;
  address: string;
  reason: string;
  at: string;
}

/** Whom the agent has asked to come; `agent`: who is coming, or has come. */
interface Whom {
  id: string;
  queue: Named;
  to_agent: Named | null;
  agent: Named | null;
}

export interface ConsultNow extends Whom {
  state: ContactState;
  since: string;
}

/** The last consult, for a minute; `came`: `agent` was in the call. */
export interface ConsultOver extends Whom {
  came: boolean;
  at: string;
}

/** Of a consult, the call that it is about. */
export interface CallNow {
  contact_id: string;
  state: "ringing" | "connected" | "over";
  held: boolean;
  muted: boolean;
  recording: "off" | "on" | "paused";
  participants: Participant[];
  unanswered: Unanswered[];
  consult: ConsultNow | null;
  consult_over: ConsultOver | null;
  /** False: the telephone network does not answer, and this is what was last written down. */
  known: boolean;
}

/** What is kept of a call; `asOf`: how much was known to have changed when it was asked for. */
export interface CallRead {
  asOf: string;
  call: CallNow;
}

/** Milliseconds after which a call is read again though nothing was heard of it; each asks the telephone network. */
const EVERY = 60_000;
const SOON = 5_000;

/**
 * `version` is the contact's: who holds it may have changed. While a call changes faster than it can be read, each
 * answer is shown all the same, and the next look follows it.
 */
export function useCall(contactId: string, version: number): { data: CallNow | undefined } {
  const changes = useLive((state) => state.calls[contactId] ?? 0);
  const wanted = `${version}/${changes}`;
  const { data, isFetching, refetch } = useQuery({
    queryKey: ["call", contactId],
    queryFn: async (): Promise<CallRead> => ({
      asOf: wanted,
      call: await request<CallNow>(`/contacts/${encodeURIComponent(contactId)}/call`),
    }),
    refetchInterval: (query) => (query.state.data?.call.known === false ? SOON : EVERY),
  });
  const tried = useRef("");
  const asOf = data?.asOf;
  useEffect(() => {
    if (isFetching || asOf === wanted || tried.current === wanted) return;
    tried.current = wanted;
    void refetch({ cancelRefetch: false });
  }, [asOf, isFetching, refetch, wanted]);
  return { data: data?.call };
}

export interface SoftphoneToken {
  identity: string;
  token: string;
  expires_at: string;
}
