/** Whole areas that are loading, failed or empty. */
import type { ReactNode } from "react";
import { errorText, useTexts } from "../i18n";
import { Button } from "./controls";
import { Icon, type IconName } from "./icons";
import "./states.css";

export function Loading() {
  const { t } = useTexts();
  return (
    <div className="area-state" role="status">
      <span className="spinner" aria-hidden="true" />
      <span>{t("app.loading")}</span>
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTexts();
  return (
    <div className="area-state" role="alert">
      <Icon name="alert" size={28} />
      <strong>{t("app.failed")}</strong>
      <span>{errorText(t, error)}</span>
      {onRetry && (
        <Button size="s" icon="retry" onPress={onRetry}>
          {t("app.retry")}
        </Button>
      )}
    </div>
  );
}

export function Empty({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <div className="area-state">
      <Icon name={icon} size={26} />
      <span>{children}</span>
    </div>
  );
}
