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
  SubmenuTrigger,
} from "react-aria-components";
import { useDesk } from "../api/queries";
import type { AgentStatus } from "../api/types";
import { setBusy, useBusy } from "../desk/actions";
import { useConsole, useLive, useServerNow } from "../context";
import { errorText, useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { useShortcuts } from "../lib/shortcuts";
import { MenuCheck, StatusDot } from "../ui/bits";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { dotOf, isFinishing, reasonItems, useReasonName, useStatusText } from "./status-items";

/** Changing one's own status, with the failure shown. */
export function useStatusChange(): (status: AgentStatus, reason?: string, whenDone?: boolean) => void {
  const { act } = useConsole();
  const { t } = useTexts();
  return (status, reason, whenDone = false) => {
    const body = { status, ...(reason === undefined ? {} : { reason }), when_done: whenDone };
    setBusy("status", true);
    act("PUT", "/agent/status", body)
      .catch((error: unknown) => toast("bad", errorText(t, error)))
      .finally(() => setBusy("status", false));
  };
}

export function StatusMenu() {
  const { t } = useTexts();
  const agent = useLive((state) => state.agent);
  const reasons = useDesk()?.not_ready_reasons ?? [];
  const change = useStatusChange();
  const text = useStatusText();
  const reasonName = useReasonName();
  const busy = useBusy("status");
  const [open, setOpen] = useState<"click" | "key" | null>(null);
  useShortcuts({ status: () => setOpen("key") });
  if (!agent) return null;

  const choose = (key: string) => {
    if (key === "available" || key === "logged_out") change(key);
    else change("not_ready", key.slice(key.indexOf(":") + 1), key.startsWith("done:"));
  };
  return (
    <MenuTrigger isOpen={open !== null} onOpenChange={(to) => setOpen(to ? "click" : null)}>
      <Button className="status-button" data-status={dotOf(agent)} isDisabled={busy}>
        {busy ? (
          <span className="spinner spinner-s" aria-hidden="true" />
        ) : (
          <StatusDot status={dotOf(agent)} />
        )}
        <span className="visually-hidden">{t("status.label")}:</span>
        <span
          className="status-text"
          title={
            agent.finishing ? t("status.finishingHint", { reason: reasonName(agent.finishing) }) : undefined
          }
        >
          {text(agent)}
        </span>
        <StatusClock since={agent.status_since} />
        <Icon name="chevron" size={16} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t("status.choose")}
          onAction={(key) => choose(String(key))}
          {...(open === "key" ? { autoFocus: "first" as const } : {})}
        >
          <MenuItem id="available" className="menu-item">
            <StatusDot status="available" />
            {t("status.available")}
            <MenuCheck when={agent.status === "available" && !isFinishing(agent)} />
          </MenuItem>
          <Separator className="menu-separator" />
          <MenuSection>
            <Header className="menu-heading">{t("status.not_ready")}</Header>
            {reasonItems(reasons, "reason", agent.status === "not_ready" ? agent.reason : null)}
          </MenuSection>
          {agent.status === "available" && (
            <SubmenuTrigger>
              <MenuItem id="when-done" className="menu-item" textValue={t("status.whenDone")}>
                <StatusDot status="finishing" />
                {t("status.whenDone")}
                <span className="menu-check menu-more">
                  <Icon name="chevron" size={16} />
                </span>
              </MenuItem>
              <Popover className="popover" offset={2}>
                <Menu
                  className="menu"
                  aria-label={t("status.whenDone")}
                  onAction={(key) => choose(String(key))}
                >
                  {reasonItems(reasons, "done", agent.finishing)}
                </Menu>
              </Popover>
            </SubmenuTrigger>
          )}
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
