/**
 * Actions of the desk. Each carries a request id, so that a repeat is answered the same and never acts
 * twice: a lost connection is met by asking again with the same id.
 */
import { ApiError, request } from "../api/client";
import type { ActionResult } from "../api/types";
import { delay } from "../../../shared/backoff";
import type { ApiProblem } from "./protocol";

interface Waiting {
  resolve: (result: ActionResult) => void;
  reject: (error: ApiError) => void;
  /** Ask again: the socket restarted and may have missed the result. */
  again: () => void;
}

export interface Action {
  method: "POST" | "PUT";
  path: string;
  body: Record<string, unknown>;
  requestId: string;
}

const ATTEMPTS = 5;
/** Milliseconds to wait for the pushed result of a 202 before asking again. */
const PUSH_WAIT = 8_000;

export function newRequestId(): string {
  return crypto.randomUUID();
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export class Requests {
  private readonly waiting = new Map<string, Waiting>();
  private readonly call: typeof request;

  constructor(call: typeof request = request) {
    this.call = call;
  }

  /** Act, and answer when the router did; `again` is told of each repeat. Raises ApiError: 409 says why not. */
  async act(action: Action, attempts = ATTEMPTS, again?: () => void): Promise<ActionResult> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await this.call<ActionResult>(action.path, {
          method: action.method,
          body: { request_id: action.requestId, ...action.body },
        });
        if (result.status !== 202) return result;
        if (attempt + 1 >= attempts) return await this.pushed(action.requestId, null);
        const pushed = await this.pushed(action.requestId, PUSH_WAIT);
        if (pushed.status !== 202) return pushed;
      } catch (error) {
        if (!(error instanceof ApiError) || !error.temporary || attempt + 1 >= attempts) throw error;
        again?.();
        await pause(1000 * (error.retryAfter ?? delay(attempt, Math.random())));
      }
    }
  }

  /** The socket brought the result of a 202. */
  settle(requestId: string, status: number, problem: ApiProblem | null): void {
    const waiting = this.waiting.get(requestId);
    if (!waiting) return;
    this.waiting.delete(requestId);
    if (problem) waiting.reject(new ApiError(status, problem));
    else waiting.resolve({ request_id: requestId, status });
  }

  /** The socket started anew: results may have been missed. */
  restarted(): void {
    for (const waiting of this.waiting.values()) waiting.again();
    this.waiting.clear();
  }

  private pushed(requestId: string, limit: number | null): Promise<ActionResult> {
    return new Promise((resolve, reject) => {
      const again = () => resolve({ request_id: requestId, status: 202 });
      const timer = setTimeout(
        () => {
          this.waiting.delete(requestId);
          if (limit !== null) again();
          else reject(new ApiError(0, { code: "no_answer", message: "The router has not answered yet." }));
        },
        limit ?? 4 * PUSH_WAIT,
      );
      const settled =
        <A extends unknown[]>(then: (...with_: A) => void) =>
        (...with_: A) => {
          clearTimeout(timer);
          then(...with_);
        };
      this.waiting.set(requestId, {
        resolve: settled(resolve),
        reject: settled(reject),
        again: settled(again),
      });
    });
  }
}
