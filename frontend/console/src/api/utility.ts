/** What customers report, as the API says it. */
import type { Named } from "./types";

export interface OutageReport {
  number: string;
  state: string;
  address: string | null;
  account: string | null;
  account_name: string | null;
  zone: Named | null;
  telephone: string | null;
  customer_id: string | null;
  outage: string | null;
  reported_at: string;
  last_at: string;
  times: number;
}

/** The open reports of one zone; without a zone: where is not known. */
export interface ZoneReports {
  zone: Named | null;
  reports: number;
  times: number;
  reported_at: string;
  last_at: string;
  outage: string | null;
  restoration: string | null;
}

export interface OutageReports {
  zones: ZoneReports[];
  reports: OutageReport[];
}
