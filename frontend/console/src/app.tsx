/** Signed out, or signed in with a live console behind every page. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { currentSession, demoAccounts, demoHandset, signOut, whenSignedOut } from "./api/client";
import { ApiError } from "./api/client";
import { useFreshness } from "./api/queries";
import type { Session } from "./api/types";
import { ConsoleContext, isSupervisor, SessionContext, useLive, useSession } from "./context";
import { DeskPage } from "./desk/desk-page";
import { PhoneBar } from "./desk/phone-bar";
import { adoptLanguage, errorText, useTexts } from "./i18n";
import { localeOf } from "./lib/format";
import { go, useRoute } from "./lib/router";
import { changesHands, forgetSession } from "./lib/storage";
import { createConsole } from "./live/console";
import { ConnectionBanner } from "./shell/connection-banner";
import { TopBar } from "./shell/top-bar";
import { SignIn } from "./sign-in/sign-in";
import { ErrorBoundary } from "./ui/error-boundary";
import { Failed, Loading } from "./ui/states";
import { toast, Toasts } from "./ui/toasts";

/** Its own file: most who sign in are agents. */
const SupervisorPage = lazy(async () => ({
  default: (await import("./supervisor/supervisor-page")).SupervisorPage,
}));

export function App() {
  const { language } = useTexts();
  return (
    <I18nProvider locale={localeOf(language)}>
      <Door />
    </I18nProvider>
  );
}

/** Who may come in. */
function Door() {
  const { t } = useTexts();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const session = useQuery({ queryKey: ["session"], queryFn: currentSession, staleTime: Infinity });
  const signedOut = session.error instanceof ApiError && session.error.status === 401;

  useEffect(() => {
    whenSignedOut(() => {
      setEnded(true);
      void client.resetQueries({ queryKey: ["session"] });
    });
  }, [client]);

  useEffect(() => adoptLanguage(session.data?.account.language ?? null), [session.data]);

  if (session.isPending) return <Loading />;
  if (signedOut || !session.data) {
    if (!signedOut) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
    return (
      <SignIn
        demo={demoAccounts(session.error)}
        handset={demoHandset(session.error)}
        ended={ended}
        onSignedIn={(next) => {
          if (changesHands(next.account.id)) {
            startAfresh();
            return;
          }
          setEnded(false);
          client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
          client.setQueryData(["session"], next);
        }}
      />
    );
  }
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      // Whoever goes must know that the session is still open.
      if (!(error instanceof ApiError) || error.status !== 401) {
        toast("bad", errorText(t, error));
        return;
      }
    }
    startAfresh();
  };
  return (
    <SignedIn
      key={session.data.account.id}
      session={session.data}
      onSignOut={() => void leave()}
      onEnded={() => {
        setEnded(true);
        void client.resetQueries({ queryKey: ["session"] });
      }}
    />
  );
}

/** Nothing that one person wrote or read may be left for the next, neither stored nor in memory. */
function startAfresh(): void {
  forgetSession();
  go("/");
  window.location.reload();
}

function SignedIn(props: { session: Session; onSignOut: () => void; onEnded: () => void }) {
  const { session, onSignOut, onEnded } = props;
  const [live] = useState(() => createConsole(session.account.id));
  useEffect(() => {
    if (changesHands(session.account.id)) startAfresh();
  }, [session.account.id]);
  useEffect(() => live.start(), [live]);
  return (
    <SessionContext value={session}>
      <ConsoleContext value={live}>
        <Pages onSignOut={onSignOut} onEnded={onEnded} />
      </ConsoleContext>
    </SessionContext>
  );
}

function Pages({ onSignOut, onEnded }: { onSignOut: () => void; onEnded: () => void }) {
  const { t } = useTexts();
  const session = useSession();
  const route = useRoute();
  const ended = useLive((state) => state.signedOut);
  useFreshness();

  useEffect(() => {
    if (ended !== null) onEnded();
  }, [ended, onEnded]);

  const supervisor = isSupervisor(session);
  const page = supervisor && (route.startsWith("/supervisor") || session.account.agent_id === null);
  return (
    <div className="shell">
      <a className="skip-link" href="#main" onClick={skipToMain}>
        {t("app.skip")}
      </a>
      <TopBar onSignOut={onSignOut} page={page ? "supervisor" : "desk"} />
      <ConnectionBanner />
      <PhoneBar />
      <ErrorBoundary key={page ? "supervisor" : "desk"}>
        {page ? (
          <Suspense fallback={<Loading />}>
            <SupervisorPage route={route} />
          </Suspense>
        ) : (
          <DeskPage />
        )}
      </ErrorBoundary>
      <Toasts />
    </div>
  );
}

function skipToMain(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
