/** Name, language, appearance, notices, sign out. */
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
import type { Language } from "../api/types";
import { useSession } from "../context";
import { chooseLanguage, LANGUAGES, useTexts } from "../i18n";
import { useStore } from "../lib/store";
import { theme, type Theme } from "../lib/theme";
import { Avatar, MenuCheck } from "../ui/bits";
import { Icon } from "../ui/icons";

const THEMES = { auto: "top.themeAuto", light: "top.themeLight", dark: "top.themeDark" } as const;

function canAskToNotify(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "default";
}

export function AccountMenu({ onSignOut }: { onSignOut: () => void }) {
  const { t, language } = useTexts();
  const { account } = useSession();
  const chosenTheme = useStore(theme, (value) => value);
  const [canNotify, setCanNotify] = useState(canAskToNotify);

  const act = (key: string) => {
    if (key === "sign-out") onSignOut();
    if (key === "notify") void Notification.requestPermission().then(() => setCanNotify(canAskToNotify()));
  };
  return (
    <MenuTrigger>
      <Button className="account-button">
        <Avatar name={account.name} size={34} />
        <span className="visually-hidden">{t("top.account", { name: account.name })}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <div className="account-head">
          <Avatar name={account.name} size={40} />
          <span>
            <strong>{account.name}</strong>
            <span>
              {account.username} · {t(`roles.${account.role}`)}
            </span>
          </span>
        </div>
        <Menu
          className="menu"
          aria-label={t("top.account", { name: account.name })}
          onAction={(key) => act(String(key))}
        >
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[language]}
            onSelectionChange={(keys) => chooseLanguage([...keys][0] as Language)}
          >
            <Header className="menu-heading">{t("top.language")}</Header>
            {LANGUAGES.map((one) => (
              <MenuItem key={one.id} id={one.id} className="menu-item" textValue={one.name}>
                {one.name}
                <MenuCheck when={one.id === language} />
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="menu-separator" />
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[chosenTheme]}
            onSelectionChange={(keys) => theme.set([...keys][0] as Theme)}
          >
            <Header className="menu-heading">{t("top.theme")}</Header>
            {(Object.keys(THEMES) as Theme[]).map((id) => (
              <MenuItem key={id} id={id} className="menu-item" textValue={t(THEMES[id])}>
                {t(THEMES[id])}
                <MenuCheck when={id === chosenTheme} />
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="menu-separator" />
          {canNotify && (
            <MenuItem id="notify" className="menu-item">
              <Icon name="bell" size={18} />
              {t("top.notify")}
            </MenuItem>
          )}
          <MenuItem id="sign-out" className="menu-item">
            <Icon name="door" size={18} />
            {t("top.signOut")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
