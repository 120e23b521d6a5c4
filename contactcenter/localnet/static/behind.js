// What happens behind the scenes: webhooks and API calls, newest first.

import { clock, node } from "./conversation.js";
import { word } from "./words.js";

const list = document.querySelector("#traces");

export function show(traces) {
  const newest = [...traces].reverse();
  if (newest.length === 0) {
    list.replaceChildren(node("li", { className: "quiet", textContent: word("quiet") }));
    return;
  }
  list.replaceChildren(...newest.map((trace) => (trace.url ? webhook(trace) : outgoing(trace))));
}

function webhook(trace) {
  const title = titleOf(trace);
  const path = trace.url ? new URL(trace.url, location.href).pathname : "";
  return row({
    className: `out ${trace.done ? (trace.ok ? "good" : "bad") : "pending"}`,
    at: trace.at,
    title,
    request: `POST ${path}`,
    result: trace.done ? result(trace) : word("waiting"),
  });
}

function titleOf(trace) {
  if (trace.kind === "message") return word("traceMessage");
  if (trace.kind === "voice") return word("traceVoice");
  if (trace.recording) return word("traceRecording", { status: word(`recordingStatus.${trace.recording}`) });
  if (trace.call) return word("traceCall", { status: word(`callStatus.${trace.call}`) });
  if (trace.status) return word("traceStatus", { status: status(trace.status) });
  return word("traceEvent", { event: word(`event.${trace.event}`) });
}

function result(trace) {
  const last = trace.attempts.at(-1);
  const tries = trace.attempts.length > 1 ? `${trace.attempts.length}× ` : "";
  return `${tries}${/^\d+$/.test(last) ? last : word("noAnswer")} · ${trace.ms} ms`;
}

function outgoing(trace) {
  const bad = trace.status === "undelivered" || trace.status === "failed";
  const good = trace.status === "delivered";
  return row({
    className: `in ${bad ? "bad" : good ? "good" : "pending"}`,
    at: trace.at,
    title: trace.kind === "api" ? word("traceApi") : word("traceReply"),
    request: trace.kind === "api" ? "POST …/Messages.json" : "TwiML · STOP",
    result: status(trace.status) + (trace.error ? ` · ${trace.error}` : ""),
  });
}

function status(name) {
  return word(`status.${name}`);
}

function row({ className, at, title, request, result: outcome }) {
  return node(
    "li",
    { className },
    node("div", { className: "head" }, node("strong", { textContent: title }), node("time", { textContent: clock(at) })),
    node("div", { className: "detail" }, node("code", { textContent: request }), node("span", { className: "result", textContent: outcome })),
  );
}
