/** Wires the live parts together: one store, one socket, the actions and the outbox. */
import type { ActionResult } from "../api/types";
import { currentLanguage, whenLanguageChanges } from "../lib/language";
import { everySecond } from "../lib/clock";
import { load, save } from "../lib/storage";
import { createStore, type Store } from "../lib/store";
import { Outbox, type Unsent } from "./outbox";
import { newRequestId, Requests, type Action } from "./requests";
import { ConsoleSocket, type Line } from "./socket";
import { addMessages, apply, INITIAL, type LiveState } from "./state";

export interface Console {
  live: Store<LiveState>;
  outbox: Outbox;
  socket: ConsoleSocket;
  /** An action with a request id of its own; `again` is told of each repeat. Raises ApiError. */
  act: (
    method: Action["method"],
    path: string,
    body?: Record<string, unknown>,
    again?: () => void,
  ) => Promise<ActionResult>;
  start: () => () => void;
}

/** Seconds between attempts to send what still waits while the line is up. */
const FLUSH_EVERY = 15;

function openLine(): Line {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${window.location.host}/api/v1/console/socket`) as unknown as Line;
}

export function createConsole(accountId: string, open: () => Line = openLine): Console {
  const live = createStore<LiveState>({ ...INITIAL, why: load("session", `why.${accountId}`, {}) });
  const requests = new Requests();
  const outboxKey = `outbox.${accountId}`;
  const outbox = new Outbox({
    act: (action, attempts) => requests.act(action, attempts),
    onStored: (contactId, message) => live.set((state) => addMessages(state, contactId, [message])),
    restore: () => load<Unsent[]>("session", outboxKey, []),
    persist: (unsent) => save("session", outboxKey, unsent.length > 0 ? unsent : null),
  });
  const socket = new ConsoleSocket({
    open,
    hello: () => ({ language: currentLanguage() }),
    onFrame: (frame) => {
      if (frame.type === "request") requests.settle(frame.request_id, frame.status, frame.error);
      if (frame.type === "snapshot") requests.restarted();
      live.set((state) => apply(state, frame, Date.now()));
      if (frame.type === "snapshot" || frame.type === "resumed") outbox.flushAll();
    },
    onConnection: (connection, retryAt) => live.set((state) => ({ ...state, connection, retryAt })),
  });

  return {
    live,
    outbox,
    socket,
    act: (method, path, body = {}, again) =>
      requests.act({ method, path, body, requestId: newRequestId() }, undefined, again),
    start() {
      let seconds = 0;
      const stopTicks = everySecond(() => {
        socket.tick();
        seconds += 1;
        if (seconds % FLUSH_EVERY === 0 && live.get().connection === "online") outbox.flushAll();
      });
      let why = live.get().why;
      const stopWhy = live.subscribe(() => {
        if (why === live.get().why) return;
        why = live.get().why;
        save("session", `why.${accountId}`, why);
      });
      const back = () => socket.retryNow();
      window.addEventListener("online", back);
      const stopLanguage = whenLanguageChanges(() => socket.renew());
      socket.start();
      return () => {
        stopLanguage();
        stopTicks();
        stopWhy();
        window.removeEventListener("online", back);
        socket.stop();
      };
    },
  };
}
