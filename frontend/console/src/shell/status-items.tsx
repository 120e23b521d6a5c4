/** What the menus of statuses share: the reasons to be not ready. */
import { MenuItem } from "react-aria-components";
import { useDesk } from "../api/queries";
import type { Agent } from "../api/types";
import { useTexts } from "../i18n";
import { MenuCheck, StatusDot } from "../ui/bits";

/** A reason's configured name; those that the router gives itself have texts of their own. */
export function useReasonName(): (reason: string) => string {
  const { t } = useTexts();
  const reasons = useDesk()?.not_ready_reasons ?? [];
  return (reason) => {
    if (reason === "rona" || reason === "signed_in") return t(`status.${reason}`);
    return reasons.find((one) => one.id === reason)?.name ?? reason;
  };
}

/** The status in words; a reason by its configured name. */
export function useStatusText(): (agent: Pick<Agent, "status" | "reason"> & Partial<Agent>) => string {
  const { t } = useTexts();
  const name = useReasonName();
  return ({ status, reason, finishing }) => {
    if (finishing === "") return t("status.whenDone");
    if (finishing) return t("status.finishing", { reason: name(finishing) });
    if (status !== "not_ready" || reason === null) return t(`status.${status}`);
    return name(reason);
  };
}

/** Whether somebody takes nothing new and stops once they are done. */
export function isFinishing(agent: Partial<Agent>): boolean {
  return agent.finishing !== null && agent.finishing !== undefined;
}

/** How the status dot looks: somebody who finishes takes nothing new. */
export function dotOf(agent: Pick<Agent, "status"> & Partial<Agent>): string {
  return isFinishing(agent) ? "finishing" : agent.status;
}

/** One menu item a reason; `id` is `<prefix>:<reason>`. */
export function reasonItems(
  reasons: readonly { id: string; name: string }[],
  prefix: string,
  chosen: string | null,
) {
  return reasons.map((reason) => (
    <MenuItem key={reason.id} id={`${prefix}:${reason.id}`} className="menu-item" textValue={reason.name}>
      <StatusDot status="not_ready" />
      {reason.name}
      <MenuCheck when={chosen === reason.id} />
    </MenuItem>
  ));
}
