/** What the utility's register says of a customer: who needs care, where they are supplied, and what is known there. */
import type { Place } from "../api/types";
import { useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { dateAndTime } from "../lib/format";
import { Icon } from "../ui/icons";
import "./register.css";

/** The registers a customer is on, so that nobody overlooks them. */
export function FlagTags({ flags }: { flags: readonly string[] }) {
  const { t } = useTexts();
  return (
    <>
      {flags.map((flag) => (
        <strong key={flag} className={`tag ${flag === "life_support" ? "tag-bad" : "tag-warn"}`}>
          <Icon name="alert" size={14} />
          {codeText(t, "flags", flag)}
        </strong>
      ))}
    </>
  );
}

interface PlacesProps {
  places: readonly Place[];
  /** How many are shown. */
  most: number;
}

/** Where the customer is supplied, those without power first. */
export function Places({ places, most }: PlacesProps) {
  const { t } = useTexts();
  if (places.length === 0) return null;
  return (
    <section className="places" aria-label={t("register.places")}>
      <ul>
        {places.slice(0, most).map((place) => (
          <li key={place.id}>
            <span className="place-address">{place.address}</span>
            <span className="place-zone">
              {place.zone.name} · {t("register.account", { account: place.account })}
            </span>
            <OutageLine place={place} />
            {place.report !== null && (
              <span className="place-report">{t("register.report", { number: place.report })}</span>
            )}
          </li>
        ))}
      </ul>
      {places.length > most && (
        <p className="place-zone">{t("register.more", { count: places.length - most })}</p>
      )}
    </section>
  );
}

function OutageLine({ place }: { place: Place }) {
  const { t, language } = useTexts();
  const now = useServerNow();
  if (place.outage === null) return null;
  const { cause, restoration } = place.outage;
  const back =
    restoration !== null && Date.parse(restoration) > now
      ? t("register.restoration", { time: dateAndTime(restoration, now, language) })
      : t("register.noRestoration");
  return (
    <span className="place-outage">
      <Icon name="bolt" size={14} />
      <span>
        <strong>{t("register.outage")}</strong> {cause}. {back}
      </span>
    </span>
  );
}
