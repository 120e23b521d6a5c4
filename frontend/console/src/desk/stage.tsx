/** The middle of the desk while no conversation is open: a calm place that says what comes next. */
import type { Agent } from "../api/types";
import { useSession } from "../context";
import { useTexts } from "../i18n";
import { useStatusChange } from "../shell/status-menu";
import { Button, Kbd } from "../ui/controls";
import { useBusy } from "./actions";
import "./stage.css";

export function EmptyStage({ agent, hasConversations }: { agent: Agent | null; hasConversations: boolean }) {
  const { t } = useTexts();
  const { account } = useSession();
  const change = useStatusChange();
  const busy = useBusy("status");
  if (account.agent_id === null) return <p className="stage-note">{t("stage.noAgent")}</p>;
  const name = account.name.split(" ")[0] ?? account.name;
  const missed = agent?.status === "not_ready" && agent.reason === "rona";
  const line = hasConversations
    ? t("stage.pick")
    : agent?.status === "available"
      ? t("stage.ready")
      : missed
        ? t("stage.rona")
        : t(agent?.status === "not_ready" ? "stage.notReady" : "stage.loggedOut");
  return (
    <div className="stage-empty">
      <StageDrawing calm={agent?.status === "available"} />
      <h2>{t("stage.hello", { name })}</h2>
      <p>{line}</p>
      {agent && agent.status !== "available" && (
        <Button kind="primary" icon="bolt" isDisabled={busy} onPress={() => change("available")}>
          {t("status.goAvailable")}
        </Button>
      )}
      <p className="stage-hint">
        <Kbd>?</Kbd> {t("stage.hint")}
      </p>
    </div>
  );
}

/** Lines that meet in one point: every channel at one desk. */
function StageDrawing({ calm }: { calm: boolean }) {
  return (
    <svg
      className="stage-drawing"
      viewBox="0 0 240 120"
      width="240"
      height="120"
      aria-hidden="true"
      data-calm={calm || undefined}
    >
      <g fill="none" stroke="var(--line-strong)" strokeWidth="2">
        <path d="M20 22h40c30 0 30 38 60 38" />
        <path d="M20 60h100" />
        <path d="M20 98h40c30 0 30-38 60-38" />
        <path d="M220 22h-40c-30 0-30 38-60 38" />
        <path d="M220 60H120" />
        <path d="M220 98h-40c-30 0-30-38-60-38" />
      </g>
      <g fill="var(--surface)" strokeWidth="2.5">
        <circle cx="20" cy="22" r="9" stroke="var(--ch-sms)" />
        <circle cx="20" cy="60" r="9" stroke="var(--ch-voice)" />
        <circle cx="20" cy="98" r="9" stroke="var(--ch-email)" />
        <circle cx="220" cy="22" r="9" stroke="var(--ch-chat)" />
        <circle cx="220" cy="60" r="9" stroke="var(--ch-telegram)" />
        <circle cx="220" cy="98" r="9" stroke="var(--ch-instagram)" />
      </g>
      <circle className="stage-pulse" cx="120" cy="60" r="26" fill="var(--accent-soft)" />
      <circle cx="120" cy="60" r="24" fill="var(--accent)" />
      <path
        d="M122 46.5 110.2 62.3c-.5.7 0 1.7.9 1.7h6.9l-1.9 9.3c-.2 1 1.1 1.7 1.8.8l11.7-15.9c.5-.7 0-1.7-.9-1.7h-6.8l1.8-9.2c.2-1-1-1.7-1.7-.8Z"
        fill="var(--on-accent)"
      />
    </svg>
  );
}
