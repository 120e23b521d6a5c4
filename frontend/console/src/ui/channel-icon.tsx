/** One mark and one colour for each channel, the same everywhere. Unknown channels get a plain one. */
import { codeText, useTexts } from "../i18n";
import "./channel-icon.css";

const BUBBLE = "M5 4h10a2 2 0 0 1 2 2v5.8a2 2 0 0 1-2 2H9.6L6 16.6v-2.8H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Z";

const MARKS: Record<string, string> = {
  voice:
    "M6.7 3.5 4.6 4.3c-.6.2-1 .8-.9 1.5.6 5.2 5.2 9.9 10.5 10.5.6.1 1.2-.3 1.5-.9l.8-2.1c.2-.5 0-1-.4-1.3l-2.3-1.5c-.4-.3-1-.2-1.4.2l-.8.9c-1.7-.9-3-2.2-3.9-3.9l.9-.8c.4-.4.5-1 .2-1.4L8 3.8c-.3-.4-.8-.5-1.3-.3Z",
  voicemail:
    "M6 12.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM14 12.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM6 12.5h8",
  sms: `${BUBBLE}M6.9 9h.1M10 9h.1M13.1 9h.1`,
  email: "M4 4.8h12c.6 0 1 .4 1 1v8.4c0 .6-.4 1-1 1H4c-.6 0-1-.4-1-1V5.8c0-.6.4-1 1-1Zm-.7.7L10 10.7l6.7-5.2",
  chat: "M8 3.5h5a3.5 3.5 0 0 1 3.5 3.5v.5a3.5 3.5 0 0 1-2 3.2M7 7h3.5A3.5 3.5 0 0 1 14 10.5v0a3.5 3.5 0 0 1-3.5 3.5H8.2l-2.9 2.3V13.6A3.5 3.5 0 0 1 3.5 10.5v0A3.5 3.5 0 0 1 7 7Z",
  telegram: "M16.8 4 3.4 9.3c-.5.2-.5.9 0 1.1l3.3 1.2 1.6 4.6 2.3-2.6 3.4 2.5 2.8-12.1ZM6.7 11.6l6.6-4.5",
  x: "M4 4l5 6.6M16 16l-5-6.6M4 4h3l9 12h-3L4 4ZM15.7 4 11 9.4M9 10.6 4.3 16",
  whatsapp:
    "M3.6 16.4l.9-3.2A6.7 6.7 0 1 1 7 15.6l-3.4.8ZM7.7 7.2c.2 2.7 2.4 4.9 5.1 5.1l.7-1.3-1.7-1-.9.7c-.7-.3-1.3-.9-1.6-1.6l.7-.9-1-1.7-1.3.7Z",
  messenger:
    "M10 3.5c-3.8 0-6.7 2.7-6.7 6.2 0 1.9.8 3.5 2.2 4.6v2.3l2.2-1.2c.7.2 1.5.3 2.3.3 3.8 0 6.7-2.7 6.7-6.1 0-3.4-2.9-6.1-6.7-6.1ZM6.3 11.2 8.8 8.5l2.3 1.8 2.6-1.8",
  instagram:
    "M7 3.5h6A3.5 3.5 0 0 1 16.5 7v6a3.5 3.5 0 0 1-3.5 3.5H7A3.5 3.5 0 0 1 3.5 13V7A3.5 3.5 0 0 1 7 3.5Zm3 3.9a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM13.6 6.3v.1",
};

export function ChannelIcon({ channel, size = 32 }: { channel: string; size?: number }) {
  const { t } = useTexts();
  return (
    <span
      className="channel-icon"
      data-channel={channel in MARKS ? channel : "other"}
      style={{ width: size, height: size }}
      role="img"
      aria-label={codeText(t, "channels", channel)}
    >
      <svg
        width={size * 0.62}
        height={size * 0.62}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={MARKS[channel] ?? BUBBLE} />
      </svg>
    </span>
  );
}
