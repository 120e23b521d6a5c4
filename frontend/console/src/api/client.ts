/** Calls to the web node: JSON, the CSRF token, and errors as one type. */
import { currentLanguage } from "../lib/language";
import type { ApiProblem } from "../live/protocol";
import type { DemoAccount, Media, Session } from "./types";

const BASE = "/api/v1";

/** The server said no; `code` is stable (docs/api.md). `status` 0: it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: Record<string, unknown>;
  readonly retryAfter: number | null;

  constructor(status: number, problem: ApiProblem, retryAfter: number | null = null) {
    super(problem.message);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code;
    this.detail = problem.detail ?? {};
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed a moment later. */
  get temporary(): boolean {
    if (this.code === "network_refused") return false;
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

let csrfToken = "";
let onSignedOut: (() => void) | null = null;

export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  form?: FormData;
  /** Seconds until the call counts as failed. */
  timeout?: number;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const body = (await response.json()) as { error?: ApiProblem };
    if (body.error && typeof body.error.code === "string") return body.error;
  } catch {
    // A proxy's page, not ours: the status has to do.
  }
  return { code: `http_${response.status}`, message: response.statusText };
}

async function send(path: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": currentLanguage(),
  };
  const method = call.method ?? "GET";
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    signal: AbortSignal.timeout((call.timeout ?? 15) * 1000),
  };
  if (call.form) init.body = call.form;
  else if (call.body !== undefined) init.body = JSON.stringify(call.body);
  try {
    return await fetch(BASE + path, init);
  } catch {
    throw new ApiError(0, { code: "unreachable", message: "The server cannot be reached." });
  }
}

/** Ask the server. Raises ApiError. */
export async function request<T>(path: string, call: Call = {}): Promise<T> {
  let response = await send(path, call);
  if (response.status === 403 && call.method && path !== "/session") {
    const problem = await problemOf(response.clone());
    if (problem.code.startsWith("csrf")) {
      // The session was renewed in another tab: fetch its token and try once more.
      await currentSession();
      response = await send(path, call);
    }
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && path !== "/session") onSignedOut?.();
    const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
    throw new ApiError(response.status, problem, Number.isFinite(after) ? after : null);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export async function currentSession(): Promise<Session> {
  return keep(await request<Session>("/session"));
}

export async function signIn(username: string, password: string): Promise<Session> {
  return keep(await request<Session>("/session", { method: "POST", body: { username, password } }));
}

export async function signOut(): Promise<void> {
  await request<undefined>("/session", { method: "DELETE" });
}

function keep(session: Session): Session {
  csrfToken = session.csrf_token;
  return session;
}

/** The sign-ins that a demo lists beside its "signed out". */
export function demoAccounts(error: unknown): DemoAccount[] {
  if (!(error instanceof ApiError)) return [];
  const list = error.detail.demo_accounts;
  return Array.isArray(list) ? (list as DemoAccount[]) : [];
}

/** Where a demo's telephone is, to call and text the center from. */
export function demoHandset(error: unknown): string | null {
  const url = error instanceof ApiError ? error.detail.demo_handset : null;
  return typeof url === "string" ? url : null;
}

export async function uploadPicture(file: File): Promise<Media> {
  const form = new FormData();
  form.append("file", file, file.name);
  const stored = await request<Omit<Media, "state">>("/media", { method: "POST", form, timeout: 60 });
  return { ...stored, state: "ready" };
}
