/** The person's telephone, as far as the console is it, or knows where it is. */
import { useEffect } from "react";
import { useConsole, useLive } from "../context";
import { useTexts } from "../i18n";
import { useStore } from "../lib/store";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import {
  answer,
  expectCall,
  hangUp,
  retryPhone,
  softphone,
  startSoftphone,
  stopSoftphone,
} from "./softphone";
import "./call-panel.css";

/** Where this person's calls ring; while one is about to. */
export function PhoneHint() {
  const { t } = useTexts();
  const phone = useStore(softphone, (state) => state);
  if (phone.telephone !== null)
    return <p className="phone-hint">{t("calls.telephoneAt", { number: phone.telephone })}</p>;
  if (phone.deskPhone !== null)
    return (
      <p className="phone-hint">
        {t("calls.deskPhoneHint")}{" "}
        <a href={phone.deskPhone} target="_blank" rel="noreferrer">
          {t("calls.deskPhone")}
        </a>
      </p>
    );
  if (phone.state === "ready") return <p className="phone-hint">{t("calls.softphone")}</p>;
  if (phone.state === "starting") return <p className="phone-hint">{t("calls.softphoneStarting")}</p>;
  return null;
}

/** Keeps the telephone going, and shows what it needs the person for. */
export function PhoneBar() {
  const { t } = useTexts();
  const phone = useStore(softphone, (state) => state);
  const connecting = useLive((state) =>
    Object.values(state.contacts).some((one) => one.media === "voice" && one.state === "connecting"),
  );
  const { live } = useConsole();
  useEffect(() => {
    startSoftphone(() => Date.now() + live.get().clockOffset);
    return stopSoftphone;
  }, [live]);
  useEffect(() => {
    if (connecting) expectCall();
  }, [connecting]);
  if (phone.trouble !== null)
    return (
      <div className="phone-rings" role="alert">
        <Icon name="alert" size={18} />
        <strong>{t(`calls.${phone.trouble.what}`, { code: phone.trouble.code })}</strong>
        <Button size="s" onPress={retryPhone}>
          {t("calls.retry")}
        </Button>
      </div>
    );
  if (!phone.ringing) return null;
  return (
    <div className="phone-rings" role="alert">
      <Icon name="phone" size={18} />
      <strong>{t("calls.incoming")}</strong>
      <Button size="s" kind="primary" icon="accept" onPress={answer}>
        {t("calls.answer")}
      </Button>
      <Button size="s" icon="decline" onPress={hangUp}>
        {t("calls.decline")}
      </Button>
    </div>
  );
}
