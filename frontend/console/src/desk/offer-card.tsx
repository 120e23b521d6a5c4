/** The ringing card: who asks, why it came here, how long there is to answer. */
import { useContactDetail } from "../api/queries";
import type { Offer } from "../api/types";
import { useServerNow } from "../context";
import { codeText, useTexts } from "../i18n";
import { clockDuration, secondsSince, secondsUntil, shortDuration } from "../lib/format";
import { SHORTCUTS } from "../lib/shortcuts";
import { CountdownRing } from "../ui/bits";
import { ChannelIcon } from "../ui/channel-icon";
import { Button } from "../ui/controls";
import { useBusy } from "./actions";
import { noteOf } from "./consult";
import { contactTitle, customerName } from "./conversations";
import { FlagTags, Places } from "./register";
import { ComparedScale, useAsked, useReasons, useSkillName } from "./why";
import "./offer-card.css";

interface Props {
  offer: Offer;
  more: number;
  /** In a low, wide shape, while conversations are open below it. */
  compact: boolean;
  onAccept: () => void;
  onDecline: () => void;
}

/** Seconds left and the share of the whole time that this is. */
export function useOfferTime(offer: Offer): { seconds: number; share: number } {
  const now = useServerNow();
  const whole = Math.max(1, (Date.parse(offer.deadline) - Date.parse(offer.offered_at)) / 1000);
  // By a clock that is not quite the server's, more than the whole time may seem to be left.
  const seconds = Math.min(whole, secondsUntil(offer.deadline, now));
  return { seconds, share: seconds / whole };
}

export function OfferCard({ offer, more, compact, onAccept, onDecline }: Props) {
  const { t } = useTexts();
  const busy = useBusy(offer.id);
  const skillName = useSkillName();
  const reasons = useReasons();
  const asked = useAsked();
  const { seconds, share } = useOfferTime(offer);
  const waited = secondsSince(offer.contact.arrived_at, useServerNow());
  const { contact, why } = offer;
  const needs = asked(why);
  const consult = contact.consult;
  const note = noteOf(useContactDetail(consult === null ? null : contact.id).data?.events);
  const preview = note === null ? contact.preview : `${t("composer.note")}: ${note}`;
  const label = t("offer.seconds", { seconds: Math.ceil(seconds) });
  return (
    <section
      className="offer-card"
      data-compact={compact || undefined}
      data-consult={consult !== null || undefined}
      aria-label={t("offer.title")}
    >
      <header className="offer-card-head">
        <CountdownRing left={share} seconds={seconds} label={label} size={compact ? 48 : 60} />
        <div className="offer-card-who">
          <span className="offer-card-kicker">
            <ChannelIcon channel={contact.channel} size={22} />
            {consult === null
              ? `${codeText(t, "channels", contact.channel)} · ${contact.queue.name}`
              : `${contactTitle(contact)} · ${consult.named ? t("calls.toYou") : contact.queue.name}`}
          </span>
          <strong className="offer-card-name">{customerName(contact)}</strong>
          <span className="offer-card-meta">
            {contact.hazard && <strong className="offer-card-hazard">{t("why.hazard")}</strong>}
            {contact.customer && <FlagTags flags={contact.customer.flags} />}
            {contact.customer?.tier && <span>{t("customer.tier", { tier: contact.customer.tier })}</span>}
            <span>
              {t("offer.waited", { time: waited < 3600 ? clockDuration(waited) : shortDuration(waited) })}
            </span>
          </span>
        </div>
        {more > 0 && <span className="offer-card-more">+{more}</span>}
      </header>
      {preview && <p className="offer-card-preview">{preview}</p>}
      <Places places={offer.places} most={compact ? 1 : 2} />
      <div className="offer-card-why">
        <p>{reasons(why).join(" ")}</p>
        {needs.length > 0 && (
          <ul>
            {needs.flatMap(({ key, about, options }) =>
              options.map((one) => (
                <li key={`${key}/${one[0]}`}>
                  <span className="truncate">
                    {skillName(one[0])} {about !== null && <em>({about})</em>}
                  </span>
                  <ComparedScale compared={one} />
                </li>
              )),
            )}
          </ul>
        )}
      </div>
      <footer className="offer-card-actions">
        <Button kind="primary" icon="accept" onPress={onAccept} isDisabled={busy}>
          {busy ? t("offer.accepting") : t("offer.accept")}
          <kbd className="kbd">Alt {SHORTCUTS.accept.label}</kbd>
        </Button>
        <Button kind="quiet" icon="decline" onPress={onDecline} isDisabled={busy}>
          {t("offer.decline")}
          <kbd className="kbd">Alt {SHORTCUTS.decline.label}</kbd>
        </Button>
      </footer>
    </section>
  );
}
