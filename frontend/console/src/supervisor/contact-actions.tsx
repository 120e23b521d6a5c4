/** What a supervisor can do to one contact: ask why; while it is open move it, hasten it, change what it asks, free it. */
import { useState, type ReactNode } from "react";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import type { Contact } from "../api/types";
import { contactTitle } from "../desk/conversations";
import { useTexts } from "../i18n";
import { Icon } from "../ui/icons";
import { FreeDialog } from "./free-dialog";
import { MoveDialog } from "./move-dialog";
import { NeedsDialog } from "./needs-dialog";
import { PriorityDialog } from "./priority-dialog";
import { WhyDialog } from "./why-dialog";

const DIALOGS = {
  why: WhyDialog,
  move: MoveDialog,
  priority: PriorityDialog,
  needs: NeedsDialog,
  free: FreeDialog,
} as const;
type Verb = keyof typeof DIALOGS;

/** States in which nobody holds it. */
const IN_LINE = new Set(["waiting", "offered"]);

interface Interventions {
  /** Drawn beside the table: it outlives the row that it came from. */
  dialog: ReactNode;
  menu: (contact: Contact) => ReactNode;
}

export function useInterventions(): Interventions {
  const [chosen, setChosen] = useState<{ contact: Contact; verb: Verb } | null>(null);
  const Dialog = chosen && DIALOGS[chosen.verb];
  return {
    dialog: Dialog && <Dialog contact={chosen.contact} onClose={() => setChosen(null)} />,
    menu: (contact) => <ActionsMenu contact={contact} onChoose={(verb) => setChosen({ contact, verb })} />,
  };
}

function ActionsMenu({ contact, onChoose }: { contact: Contact; onChoose: (verb: Verb) => void }) {
  const { t } = useTexts();
  const held = !IN_LINE.has(contact.state);
  const open = contact.state !== "closed";
  return (
    <MenuTrigger>
      <AriaButton
        className="button button-quiet button-s"
        aria-label={t("interventions.actions", { name: contactTitle(contact) })}
      >
        {t("interventions.column")}
        <Icon name="chevron" size={14} />
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t("interventions.column")}
          disabledKeys={held ? ["move"] : []}
          onAction={(key) => onChoose(key as Verb)}
        >
          <MenuItem id="why" className="menu-item">
            <Icon name="search" size={18} />
            {t(contact.state === "waiting" ? "explanation.whyWaits" : "explanation.whyWent")}
          </MenuItem>
          {open && (
            <>
              <Separator className="menu-separator" />
              <MenuItem id="move" className="menu-item" textValue={t("interventions.move")}>
                <Icon name="transfer" size={18} />
                <span>
                  {t("interventions.move")}
                  {held && contact.agent && (
                    <small className="menu-note">
                      {t("interventions.held", { name: contact.agent.name })}
                    </small>
                  )}
                </span>
              </MenuItem>
              <MenuItem id="priority" className="menu-item">
                <Icon name="bolt" size={18} />
                {t("interventions.priority")}
              </MenuItem>
              <MenuItem id="needs" className="menu-item">
                <Icon name="person" size={18} />
                {t("interventions.needs")}
              </MenuItem>
              <Separator className="menu-separator" />
              <MenuItem id="free" className="menu-item">
                <Icon name="end" size={18} />
                {t("supervisor.free")}
              </MenuItem>
            </>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
