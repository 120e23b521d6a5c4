/** Who the customer is, what happened before, the way of this contact, and why it came here. */
import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useContactDetail, useCustomer } from "../api/queries";
import type { Contact } from "../api/types";
import { useLive } from "../context";
import { codeText, useTexts } from "../i18n";
import { localeOf, prettyAddress } from "../lib/format";
import { Avatar } from "../ui/bits";
import { ChannelIcon } from "../ui/channel-icon";
import { IconButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Failed, Loading } from "../ui/states";
import { ContactDialog } from "./contact-dialog";
import { customerName } from "./conversations";
import { ChangeCustomer } from "./customer-dialog";
import { EarlierContacts } from "./earlier-contacts";
import { isSpoken } from "./preview";
import { FlagTags, Places } from "./register";
import { Timeline } from "./timeline";
import { WhyMe } from "./why";
import "./customer-panel.css";

export function CustomerPanel({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTexts();
  const [reading, setReading] = useState<string | null>(null);
  const customer = useCustomer(contact.customer?.id ?? null);
  // Whoever gives advice sees the way of the call.
  const own = contact.consult?.call ?? contact.id;
  const detail = useContactDetail(own);
  const why = useLive((state) => state.why[contact.id]);
  const known = customer.data?.customer;
  const { name, tier, language, flags } = { ...contact.customer, ...known };
  const earlier = (customer.data?.contacts ?? []).filter((one) => one.id !== own);
  return (
    <aside className="panel" aria-label={t("customer.panel")}>
      <header className="panel-head">
        <Avatar name={name ?? "?"} size={46} />
        <div className="panel-who">
          <h2 className="truncate">{name ?? t("customer.unknown")}</h2>
          <p>
            <FlagTags flags={flags ?? []} />
            {tier && <span className="tag tag-accent">{t("customer.tier", { tier })}</span>}
            {language && (
              <span className="tag">
                <Icon name="globe" size={14} />
                <LanguageName code={language} />
              </span>
            )}
            {known?.account_owner && (
              <span className="tag">{t("customer.owner", { name: known.account_owner.name })}</span>
            )}
          </p>
          <ChangeCustomer id={contact.customer?.id ?? null} />
        </div>
        <IconButton icon="close" size="s" label={t("customer.hide")} shortcut="Alt I" onPress={onClose} />
      </header>
      <Addresses contact={contact} earlier={earlier} />
      <Places places={customer.data?.places ?? []} most={5} />
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={t("customer.tabs")}>
          <Tab className="tab" id="earlier">
            {t("customer.overview")}
            {earlier.length > 0 && <span className="tab-count">{earlier.length}</span>}
          </Tab>
          <Tab className="tab" id="timeline">
            {t("customer.timeline")}
          </Tab>
          <Tab className="tab" id="why">
            {t("customer.why")}
          </Tab>
        </TabList>
        <TabPanel className="tab-panel" id="earlier">
          {customer.isPending && contact.customer !== null && <Loading />}
          {customer.isError && <Failed error={customer.error} onRetry={() => void customer.refetch()} />}
          {(customer.isSuccess || contact.customer === null) && (
            <EarlierContacts contacts={earlier} onOpen={setReading} />
          )}
        </TabPanel>
        <TabPanel className="tab-panel" id="timeline">
          {detail.isPending && <Loading />}
          {detail.isError && <Failed error={detail.error} onRetry={() => void detail.refetch()} />}
          {detail.data && <Timeline events={detail.data.events} />}
        </TabPanel>
        <TabPanel className="tab-panel" id="why">
          <WhyMe why={why} />
        </TabPanel>
      </Tabs>
      {reading !== null && <ContactDialog id={reading} onClose={() => setReading(null)} />}
    </aside>
  );
}

function LanguageName({ code }: { code: string }) {
  const { language } = useTexts();
  let name: string | undefined = code;
  try {
    name = new Intl.DisplayNames(localeOf(language), { type: "language" }).of(code) ?? code;
  } catch {
    // Not a language code: shown as it came.
  }
  return <>{name}</>;
}

/** The addresses this customer is known by, the current one first. */
function Addresses({ contact, earlier }: { contact: Contact; earlier: readonly Contact[] }) {
  const { t } = useTexts();
  const seen = new Map<string, Pick<Contact, "channel" | "address">>();
  for (const one of [contact, ...earlier]) {
    // A web chat's address is made for that chat: it says nothing about the person.
    if (one.channel === "chat" && one.id !== contact.id) continue;
    seen.set(`${one.channel}/${one.address}`, one);
  }
  return (
    <section className="panel-addresses" aria-label={t("customer.addresses")}>
      {[...seen.values()].slice(0, 4).map((one) => (
        <p key={`${one.channel}/${one.address}`}>
          <ChannelIcon channel={one.channel} size={24} />
          <span className="truncate">
            {one.channel === "chat" ? codeText(t, "channels", "chat") : prettyAddress(one.address)}
          </span>
        </p>
      ))}
      <p className="panel-to">
        {t(isSpoken(contact) ? "customer.calledTo" : "customer.wroteTo", {
          to: prettyAddress(contact.to),
        })}
      </p>
      {contact.customer !== null && <span className="visually-hidden">{customerName(contact)}</span>}
    </section>
  );
}
