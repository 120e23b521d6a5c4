/** Why something could not be sent, in the reader's language. What is not known here stays as it came. */
import i18next, { type TFunction } from "i18next";
import { codeText } from "../i18n";

type Reading = [pattern: RegExp, key: string, names?: readonly string[]];

/** The wordings of the server (errors of channels and errands), with what they carry. */
const READINGS: readonly Reading[] = [
  [/^opted_out\b/u, "opted_out"],
  [/^channel .* is not set up$/u, "notSetUp"],
  [/earlier attempt may have reached/u, "mayHaveArrived"],
  [/^no connection to /u, "noConnection"],
  [/^the connection to .* broke/u, "broken"],
  [/did not answer in /u, "noAnswer"],
  [/ answered (\d{3})\b/u, "answered", ["code"]],
  [/answer cannot be read$/u, "unreadable"],
  [/refused it$/u, "refused"],
  [/needs a text or a picture$/u, "empty"],
  [/at most (\d+) characters$/u, "tooLong", ["most"]],
  [/at most (\d+) pictures$/u, "tooMany", ["most"]],
  [/carries pictures only$|cannot carry /u, "wrongType"],
  [/^the message is gone$/u, "gone"],
];
const VENDOR_CODE = /^(\d{4,6}): /u;
const GIVEN_UP = /^given up after (\d+) attempts: (.*)$/su;

function say(t: TFunction, key: string, values: Record<string, string>): string {
  return t(`failures.${key}` as "failures.vendor", values as { code: string });
}

export function failureText(t: TFunction, error: string): string {
  const [, attempts, why] = GIVEN_UP.exec(error) ?? [];
  if (attempts !== undefined && why !== undefined)
    return say(t, "givenUp", { attempts, why: failureText(t, why) });
  const code = VENDOR_CODE.exec(error)?.[1];
  if (code !== undefined) {
    if (!i18next.exists(`failures.${code}`)) return say(t, "vendor", { code });
    return say(t, "withCode", { text: say(t, code, {}), code });
  }
  for (const [pattern, key, names = []] of READINGS) {
    const found = pattern.exec(error);
    if (found) return say(t, key, Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ""])));
  }
  return codeText(t, "errors", error, error);
}

interface Said {
  code: string;
  message: string;
  detail: Record<string, string> | null;
}

/** What an alarm says: by its code with its details, or as it came when either is not known. */
export function alarmText(t: TFunction, { code, message, detail }: Said): string {
  if (detail === null || !i18next.exists(`alarms.${code}Text`)) return message;
  const { channel, error, kind, ...rest } = detail;
  const values = {
    ...rest,
    ...(channel === undefined ? {} : { channel: codeText(t, "channels", channel) }),
    ...(error === undefined ? {} : { error: failureText(t, error) }),
    ...(kind === undefined ? {} : { kind: codeText(t, "kinds", kind) }),
  };
  return t(`alarms.${code}Text` as "alarms.deadline_failedText", values);
}
