/** The list of all shortcuts, behind `?`. */
import { createStore, useStore } from "../lib/store";
import { useTexts } from "../i18n";
import { SHORTCUTS, useShortcuts } from "../lib/shortcuts";
import { Kbd } from "../ui/controls";
import { Dialog } from "../ui/dialog";

const shown = createStore(false);

export function openHelp(): void {
  shown.set(true);
}

const alt = (name: keyof typeof SHORTCUTS) => ["Alt", SHORTCUTS[name].label];

export function ShortcutHelp() {
  const { t } = useTexts();
  const open = useStore(shown, (value) => value);
  useShortcuts({ help: () => shown.set(!shown.get()) });
  if (!open) return null;
  const groups: { title: string; rows: [string, string[]][] }[] = [
    {
      title: t("shortcuts.groupContacts"),
      rows: [
        [t("shortcuts.accept"), alt("accept")],
        [t("shortcuts.decline"), alt("decline")],
        [t("shortcuts.digit"), ["Alt", "1 … 9"]],
        [t("shortcuts.beside"), ["Alt", "⇧", "1 … 9"]],
        [t("shortcuts.nextUnread"), alt("nextUnread")],
      ],
    },
    {
      title: t("shortcuts.groupConversation"),
      rows: [
        [t("shortcuts.compose"), alt("compose")],
        [t("shortcuts.note"), alt("note")],
        [t("shortcuts.send"), ["Enter"]],
        [t("shortcuts.newline"), ["⇧", "Enter"]],
        [t("shortcuts.answers"), ["/"]],
        [t("shortcuts.transfer"), alt("transfer")],
        [t("shortcuts.end"), alt("end")],
        [t("shortcuts.closePane"), alt("closePane")],
      ],
    },
    {
      title: t("calls.shortcuts"),
      rows: [
        [t("calls.shortcutHold"), alt("hold")],
        [t("calls.shortcutMute"), alt("mute")],
        [t("calls.shortcutInvite"), alt("invite")],
      ],
    },
    {
      title: t("shortcuts.groupOther"),
      rows: [
        [t("shortcuts.status"), alt("status")],
        [t("shortcuts.panel"), alt("panel")],
        [t("shortcuts.help"), ["?"]],
      ],
    },
  ];
  return (
    <Dialog title={t("shortcuts.title")} onClose={() => shown.set(false)}>
      <div className="shortcut-groups">
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.rows.map(([name, keys]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
