/** What a conversation is called by where its last message has no words. */
import type { Contact, Media, Message } from "../api/types";

/** Whether the customer spoke: on the telephone, or to the machine that takes messages. */
export function isSpoken(contact: Pick<Contact, "media" | "channel">): boolean {
  return contact.media === "voice" || contact.channel === "voicemail";
}

/** What the list shows for it; a text of the same name says it. */
export type Wordless = "call" | "recording" | "voiceMessage" | "picture" | "file" | "nothing";

export function wordless(contact: Pick<Contact, "media" | "channel">, message: Message | null): Wordless {
  const first = message?.media[0];
  if (contact.channel === "voicemail") return "voiceMessage";
  if (contact.media === "voice") return first === undefined ? "call" : "recording";
  return first === undefined ? "nothing" : kindOf(first);
}

function kindOf(media: Media): Wordless {
  if (media.content_type.startsWith("audio/")) return "recording";
  return media.content_type.startsWith("image/") ? "picture" : "file";
}
