/** One's own status: what it is, since when, and the change of it. */
import { useState } from "react";
import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Agent, AgentStatus } from "../api/types";
import { setBusy, useBusy } from "../desk/actions";
import { useConsole, useLive, useServerNow } from "../context";
import { errorText, useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { useShortcuts } from "../lib/shortcuts";
import { MenuCheck, StatusDot } from "../ui/bits";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";

/** Changing one's own status, with the failure shown. */
export function useStatusChange(): (status: AgentStatus, reason?: string) => void {
  const { act } = useConsole();
  const { t } = useTexts();
  return (status, reason) => {
    const body = reason === undefined ? { status } : { status, reason };
    setBusy("status", true);
    act("PUT", "/agent/status", body)
      .catch((error: unknown) => toast("bad", errorText(t, error)))
      .finally(() => setBusy("status", false));
  };
}

/** The status in words; a reason by its configured name. */
export function useStatusText(): (agent: Pick<Agent, "status" | "reason">) => string {
  const { t } = useTexts();
  const reasons = useDesk()?.not_ready_reasons ?? [];
  return ({ status, reason }) => {
    if (status !== "not_ready" || reason === null) return t(`status.${status}`);
    if (reason === "rona") return t("status.rona");
    return reasons.find((one) => one.id === reason)?.name ?? reason;
  };
}

export function StatusMenu() {
  const { t } = useTexts();
  const agent = useLive((state) => state.agent);
  const reasons = useDesk()?.not_ready_reasons ?? [];
  const change = useStatusChange();
  const text = useStatusText();
  const busy = useBusy("status");
  const [open, setOpen] = useState(false);
  useShortcuts({ status: () => setOpen(true) });
  if (!agent) return null;

  const choose = (key: string) => {
    if (key === "available" || key === "logged_out") change(key);
    else change("not_ready", key.slice("reason:".length));
  };
  return (
    <MenuTrigger isOpen={open} onOpenChange={setOpen}>
      <Button className="status-button" data-status={agent.status} isDisabled={busy}>
        {busy ? (
          <span className="spinner spinner-s" aria-hidden="true" />
        ) : (
          <StatusDot status={agent.status} />
        )}
        <span className="visually-hidden">{t("status.label")}:</span>
        <span className="status-text">{text(agent)}</span>
        <StatusClock since={agent.status_since} />
        <Icon name="chevron" size={16} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={t("status.choose")} onAction={(key) => choose(String(key))}>
          <MenuItem id="available" className="menu-item">
            <StatusDot status="available" />
            {t("status.available")}
            <MenuCheck when={agent.status === "available"} />
          </MenuItem>
          <Separator className="menu-separator" />
          <MenuSection>
            <Header className="menu-heading">{t("status.not_ready")}</Header>
            {reasons.map((reason) => (
              <MenuItem
                key={reason.id}
                id={`reason:${reason.id}`}
                className="menu-item"
                textValue={reason.name}
              >
                <StatusDot status="not_ready" />
                {reason.name}
                <MenuCheck when={agent.status === "not_ready" && agent.reason === reason.id} />
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="menu-separator" />
          <MenuItem id="logged_out" className="menu-item">
            <StatusDot status="logged_out" />
            {t("status.endShift")}
            <MenuCheck when={agent.status === "logged_out"} />
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function StatusClock({ since }: { since: string }) {
  const { t } = useTexts();
  const time = clockDuration(secondsSince(since, useServerNow()));
  return (
    <span className="status-clock" title={t("status.since", { time })}>
      {time}
    </span>
  );
}
