/** Another person's status: what it is, and the change of it; what takes work from them asks first. */
import { useState } from "react";
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { useDesk } from "../api/queries";
import type { AgentLoad } from "../api/types";
import { useConsole, useServerNow } from "../context";
import { errorText, useTexts } from "../i18n";
import { clockDuration, secondsSince } from "../lib/format";
import { dotOf, reasonItems, useReasonName, useStatusText } from "../shell/status-items";
import { StatusDot } from "../ui/bits";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";

/** A reason to be not ready for, or the end of the shift. */
type Asked = { reason: string } | "logged_out";

export function AgentStatusMenu({ agent }: { agent: AgentLoad }) {
  const { t } = useTexts();
  const { act } = useConsole();
  const reasons = useDesk()?.not_ready_reasons ?? [];
  const text = useStatusText();
  const now = useServerNow();
  const [asked, setAsked] = useState<Asked | null>(null);
  const change = (body: Record<string, unknown>) => {
    setAsked(null);
    act("PUT", `/agents/${encodeURIComponent(agent.id)}/status`, body).catch((error: unknown) =>
      toast("bad", errorText(t, error)),
    );
  };
  const choose = (key: string) => {
    if (key === "available") change({ status: "available" });
    else setAsked(key === "logged_out" ? key : { reason: key.slice("reason:".length) });
  };
  return (
    <>
      <MenuTrigger>
        <AriaButton className="agent-status">
          <StatusDot status={dotOf(agent)} />
          <span className="truncate" title={text(agent)}>
            {text(agent)}
          </span>
          <small>{clockDuration(secondsSince(agent.status_since, now))}</small>
          <Icon name="chevron" size={14} />
          <span className="visually-hidden">{t("supervisor.setStatus", { name: agent.name })}</span>
        </AriaButton>
        <Popover className="popover" placement="bottom start">
          <Menu
            className="menu"
            aria-label={t("supervisor.setStatus", { name: agent.name })}
            onAction={(key) => choose(String(key))}
          >
            <MenuItem id="available" className="menu-item">
              <StatusDot status="available" />
              {t("status.available")}
            </MenuItem>
            <Separator className="menu-separator" />
            <MenuSection>
              <Header className="menu-heading">{t("status.not_ready")}</Header>
              {reasonItems(reasons, "reason", agent.finishing ?? agent.reason)}
            </MenuSection>
            <Separator className="menu-separator" />
            <MenuItem id="logged_out" className="menu-item">
              <StatusDot status="logged_out" />
              {t("status.logged_out")}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {asked !== null && (
        <StatusDialog agent={agent} asked={asked} onClose={() => setAsked(null)} onChange={change} />
      )}
    </>
  );
}

interface Props {
  agent: AgentLoad;
  asked: Asked;
  onClose: () => void;
  onChange: (body: Record<string, unknown>) => void;
}

function StatusDialog({ agent, asked, onClose, onChange }: Props) {
  const { t } = useTexts();
  const reasonName = useReasonName();
  const { name } = agent;
  const held = agent.contacts.voice + agent.contacts.live + agent.contacts.async;
  const pause = (whenDone: boolean) =>
    asked !== "logged_out" && onChange({ status: "not_ready", reason: asked.reason, when_done: whenDone });
  return (
    <Dialog
      title={t("interventions.statusTitle", { name })}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          {asked === "logged_out" ? (
            <Button kind="danger" onPress={() => onChange({ status: "logged_out" })}>
              {t("interventions.logOut")}
            </Button>
          ) : (
            <>
              {held > 0 && <Button onPress={() => pause(true)}>{t("interventions.whenDone")}</Button>}
              <Button kind="primary" onPress={() => pause(false)}>
                {t("interventions.now")}
              </Button>
            </>
          )}
        </>
      }
    >
      <p className="dialog-lead">
        {asked === "logged_out"
          ? t("interventions.logOutLead", { name })
          : t("interventions.notReadyLead", { name, reason: reasonName(asked.reason) })}
      </p>
      {held > 0 && <p className="dialog-lead">{t("interventions.logOutCount", { count: held })}</p>}
    </Dialog>
  );
}
