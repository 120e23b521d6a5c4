/** What an administrator looks after: messages that were not sent, input that could not be handled. */
export interface DeadLetter {
  id: string;
  kind: string;
  contact_id: string | null;
  attempts: number;
  error: string | null;
  created_at: string;
  state: string;
}

export interface Quarantined {
  id: string;
  kind: string;
  error: string | null;
  received_at: string;
}
