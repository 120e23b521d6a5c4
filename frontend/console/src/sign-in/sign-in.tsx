/** Sign in. The demo lists its people, and a click fills the form. */
import { useRef, useState, type SyntheticEvent } from "react";
import { ApiError, signIn } from "../api/client";
import type { DemoAccount, Session } from "../api/types";
import { chooseLanguage, errorText, LANGUAGES, useTexts } from "../i18n";
import { Avatar } from "../ui/bits";
import { Brand } from "../ui/brand";
import { Button, TextField } from "../ui/controls";
import { Icon } from "../ui/icons";
import "./sign-in.css";

interface Props {
  demo: DemoAccount[];
  /** The demo's telephone, if it has one. */
  handset: string | null;
  ended: boolean;
  onSignedIn: (session: Session) => void;
}

export function SignIn({ demo, handset, ended, onSignedIn }: Props) {
  const { t } = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    try {
      onSignedIn(await signIn(username.trim(), password));
    } catch (error) {
      setWorking(false);
      const wait = error instanceof ApiError ? error.retryAfter : null;
      setProblem(wait !== null ? t("signIn.tooMany", { seconds: Math.ceil(wait) }) : errorText(t, error));
    }
  };

  return (
    <main className="sign-in" id="main">
      <div className={demo.length > 0 ? "sign-in-card has-demo" : "sign-in-card"}>
        <section className="sign-in-form">
          <Brand size={40} />
          <div>
            <h1>{t("signIn.title")}</h1>
            <p className="sign-in-lead">{t("signIn.lead")}</p>
          </div>
          {ended && <p className="sign-in-note">{t("signIn.ended")}</p>}
          <form ref={form} onSubmit={(event) => void submit(event)}>
            <TextField
              label={t("signIn.username")}
              value={username}
              onChange={setUsername}
              autoComplete="username"
              isRequired
            />
            <TextField
              label={t("signIn.password")}
              type="password"
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
              isRequired
            />
            <p className="sign-in-problem" role="alert">
              {problem && (
                <>
                  <Icon name="alert" size={16} /> {problem}
                </>
              )}
            </p>
            <Button kind="primary" type="submit" isDisabled={working}>
              {working ? t("signIn.working") : t("signIn.submit")}
            </Button>
          </form>
          <Languages />
        </section>
        {demo.length > 0 && (
          <DemoList
            accounts={demo}
            handset={handset}
            chosen={username}
            onChoose={(account) => {
              setUsername(account.username);
              setPassword(account.password);
              setProblem(null);
              // By keyboard, the next Enter signs in.
              form.current?.querySelector<HTMLElement>("[type=submit]")?.focus();
            }}
          />
        )}
      </div>
    </main>
  );
}

function Languages() {
  const { t, language } = useTexts();
  return (
    <div className="sign-in-languages" role="group" aria-label={t("top.language")}>
      {LANGUAGES.map((one) => (
        <button
          key={one.id}
          type="button"
          lang={one.id}
          aria-pressed={one.id === language}
          onClick={() => chooseLanguage(one.id)}
        >
          {one.name}
        </button>
      ))}
    </div>
  );
}

interface DemoListProps {
  accounts: DemoAccount[];
  handset: string | null;
  chosen: string;
  onChoose: (account: DemoAccount) => void;
}

function DemoList({ accounts, handset, chosen, onChoose }: DemoListProps) {
  const { t } = useTexts();
  return (
    <section className="sign-in-demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t("signIn.demo")}</h2>
      <p>{t("signIn.demoHint")}</p>
      {handset !== null && (
        <p>
          {t("signIn.demoHandset")}{" "}
          <a href={handset} target="_blank" rel="noreferrer">
            {t("signIn.demoHandsetLink")}
          </a>
        </p>
      )}
      <ul>
        {accounts.map((account) => (
          <li key={account.username}>
            <button
              type="button"
              className="demo-account"
              aria-pressed={account.username === chosen}
              onClick={() => onChoose(account)}
            >
              <Avatar name={account.name} size={36} />
              <span className="demo-account-text">
                <strong>{account.name}</strong>
                <span>
                  {account.username} · {account.password}
                </span>
              </span>
              <span className="tag">{t(`roles.${account.role}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
