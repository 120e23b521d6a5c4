import { expect, test } from "vitest";
import { contact, message } from "../testing";
import { isSpoken, wordless } from "./preview";

const sound = {
  id: "m",
  content_type: "audio/x-wav",
  size: 1,
  name: null,
  state: "ready",
  url: "/m",
} as const;
const picture = { ...sound, content_type: "image/png" };
const call = contact("k", { channel: "voice", media: "voice" });
const voicemail = contact("k", { channel: "voicemail" });

test("what was said on the telephone is no picture, also while it is fetched", () => {
  const fetching = { ...sound, content_type: "application/octet-stream", state: "pending" } as const;
  expect(wordless(call, null)).toBe("call");
  for (const one of [sound, fetching]) {
    expect(wordless(call, message("1", { media: [one] }))).toBe("recording");
    expect(wordless(voicemail, message("1", { media: [one] }))).toBe("voiceMessage");
  }
  expect(wordless(voicemail, null)).toBe("voiceMessage");
});

test("what was sent in writing goes by its kind", () => {
  const text = contact("k");
  expect(wordless(text, null)).toBe("nothing");
  expect(wordless(text, message("1", { media: [picture] }))).toBe("picture");
  expect(wordless(text, message("1", { media: [sound] }))).toBe("recording");
  expect(wordless(text, message("1", { media: [{ ...sound, content_type: "text/vcard" }] }))).toBe("file");
});

test("whoever left a message on the telephone has called", () => {
  expect([call, voicemail, contact("k")].map(isSpoken)).toEqual([true, true, false]);
});
