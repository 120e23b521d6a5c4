/** The bar on top of every page: where one is, one's status, and what concerns the whole console. */
import { isSupervisor, useSession } from "../context";
import { useTexts } from "../i18n";
import { muted } from "../lib/sound";
import { useStore } from "../lib/store";
import { Brand } from "../ui/brand";
import { IconButton } from "../ui/controls";
import { AccountMenu } from "./account-menu";
import { ConnectionPill } from "./connection-banner";
import { openHelp, ShortcutHelp } from "./shortcut-help";
import { StatusMenu } from "./status-menu";
import "./top-bar.css";

export function TopBar({ onSignOut, page }: { onSignOut: () => void; page: "desk" | "supervisor" }) {
  const { t } = useTexts();
  const session = useSession();
  const isMuted = useStore(muted, (value) => value);
  const supervisor = isSupervisor(session);
  const hasDesk = session.account.agent_id !== null;
  return (
    <header className="top-bar">
      <Brand />
      <strong className="top-bar-name">{t("app.name")}</strong>
      {supervisor && hasDesk && (
        <nav className="top-nav" aria-label={t("nav.label")}>
          <a href="#/" aria-current={page === "desk" ? "page" : undefined}>
            {t("nav.desk")}
          </a>
          <a href="#/supervisor" aria-current={page === "supervisor" ? "page" : undefined}>
            {t("nav.supervisor")}
          </a>
        </nav>
      )}
      <span className="top-bar-space" />
      <ConnectionPill />
      {hasDesk && <StatusMenu />}
      <span className="top-bar-tools">
        <IconButton
          icon={isMuted ? "soundOff" : "sound"}
          label={isMuted ? t("top.unmute") : t("top.mute")}
          onPress={() => muted.set(!isMuted)}
        />
        <IconButton icon="keyboard" label={t("top.shortcuts")} shortcut="?" onPress={openHelp} />
      </span>
      <AccountMenu onSignOut={onSignOut} />
      <ShortcutHelp />
    </header>
  );
}
