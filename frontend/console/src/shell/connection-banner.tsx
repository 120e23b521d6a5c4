/** What the agent must know about the line to the server, and nothing while it is fine. */
import { useEffect, useRef } from "react";
import { useConsole, useLive } from "../context";
import { useTexts } from "../i18n";
import { useLocalNow } from "../lib/clock";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";

export function ConnectionPill() {
  const { t } = useTexts();
  const connection = useLive((state) => state.connection);
  return (
    <span className="connection" data-connection={connection} title={t(`connection.${connection}`)}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-text">{t(`connection.${connection}`)}</span>
    </span>
  );
}

export function ConnectionBanner() {
  const { t } = useTexts();
  const { socket } = useConsole();
  const connection = useLive((state) => state.connection);
  const retryAt = useLive((state) => state.retryAt);
  const everOnline = useLive((state) => state.generation > 0);
  const wasLost = useRef(false);
  const now = useLocalNow();

  useEffect(() => {
    if (connection === "offline") wasLost.current = true;
    if (connection === "online" && wasLost.current) {
      wasLost.current = false;
      toast("ok", t("connection.back"));
    }
  }, [connection, t]);

  if (connection === "online" || (!everOnline && connection === "connecting")) return null;
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <div className="connection-banner" role="alert">
      <Icon name="alert" size={18} />
      <span>{t("connection.banner")}</span>
      <span className="connection-retry" aria-hidden="true">
        {connection === "connecting" ? t("connection.connecting") : t("connection.retryIn", { seconds })}
      </span>
      <Button size="s" onPress={() => socket.retryNow()} isDisabled={connection === "connecting"}>
        {t("connection.retryNow")}
      </Button>
    </div>
  );
}
