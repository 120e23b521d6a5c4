/** The supervisor's pages: live, statistics, contacts, queues, profiles, people, what could not be delivered. */
import { useConsole, useLive } from "../context";
import { codeText, useTexts } from "../i18n";
import { alarmText } from "../lib/failures";
import { timeOfDay } from "../lib/format";
import { IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { ContactsPage } from "./contacts-page";
import { DeliveriesPage } from "./deliveries-page";
import { LivePage } from "./live-page";
import { PeoplePage } from "./people-page";
import { ProfilesPage } from "./profiles-page";
import { QueuesPage } from "./queue-page";
import { ReportsPage } from "./reports-page";
import { StatisticsPage } from "./statistics-page";
import "./supervisor.css";

const TABS = [
  "live",
  "statistics",
  "contacts",
  "queues",
  "profiles",
  "people",
  "reports",
  "deliveries",
] as const;
type TabName = (typeof TABS)[number];

const PAGES: Record<TabName, () => React.JSX.Element> = {
  live: LivePage,
  statistics: StatisticsPage,
  contacts: ContactsPage,
  queues: QueuesPage,
  profiles: ProfilesPage,
  people: PeoplePage,
  reports: ReportsPage,
  deliveries: DeliveriesPage,
};

export function SupervisorPage({ route }: { route: string }) {
  const { t } = useTexts();
  const wanted = route.split("/")[2] ?? "live";
  const tab = TABS.find((one) => one === wanted) ?? "live";
  const Page = PAGES[tab];
  return (
    <div className="supervisor">
      <nav className="supervisor-tabs" aria-label={t("supervisor.title")}>
        {TABS.map((one) => (
          <a key={one} href={`#/supervisor/${one}`} aria-current={one === tab ? "page" : undefined}>
            {t(`supervisor.tabs.${one}`)}
          </a>
        ))}
      </nav>
      <main className="supervisor-main" id="main" tabIndex={-1}>
        <h1 className="visually-hidden">{t(`supervisor.tabs.${tab}`)}</h1>
        <Alarms />
        <Page />
      </main>
    </div>
  );
}

function Alarms() {
  const { t, language } = useTexts();
  const { live } = useConsole();
  const alarms = useLive((state) => state.alarms);
  if (alarms.length === 0) return null;
  const dismiss = (key: number) =>
    live.set((state) => ({ ...state, alarms: state.alarms.filter((alarm) => alarm.key !== key) }));
  return (
    <ul className="alarms" role="alert" aria-label={t("supervisor.alarms")}>
      {alarms.map((alarm) => (
        <li key={alarm.key}>
          <Icon name="alert" size={18} />
          <time>{timeOfDay(new Date(alarm.at).toISOString(), language)}</time>
          <strong>{codeText(t, "alarms", alarm.code, t("alarms.other"))}</strong>
          <span>{alarmText(t, alarm)}</span>
          <IconButton
            icon="close"
            size="s"
            label={t("supervisor.dismiss")}
            onPress={() => dismiss(alarm.key)}
          />
        </li>
      ))}
    </ul>
  );
}
