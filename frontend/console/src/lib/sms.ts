/** How many SMS a text becomes (3GPP TS 23.038): 160 GSM-7 or 70 UCS-2 units alone, 153 or 67 in parts. */

const GSM_BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** These take two places: an escape and a letter. */
const GSM_EXTENSION = new Set("\f^{}\\[~]|€");

export interface SmsCount {
  encoding: "gsm7" | "ucs2";
  /** Places used: GSM-7 septets, or UTF-16 units. */
  units: number;
  segments: number;
  /** Places left in the last segment. */
  left: number;
  /** The characters that make the whole text UCS-2, each once. */
  costly: string[];
}

/** Count parts: no character is split between two of them. */
function segmentsOf(
  sizes: readonly number[],
  single: number,
  part: number,
): { segments: number; left: number } {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= single) return { segments: units === 0 ? 0 : 1, left: single - units };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { segments, left: part - used };
}

export function countSms(text: string): SmsCount {
  const characters = [...text];
  const costly = new Set(characters.filter((one) => !GSM_BASIC.has(one) && !GSM_EXTENSION.has(one)));
  const gsm = costly.size === 0;
  const sizes = characters.map((one) => (gsm ? (GSM_EXTENSION.has(one) ? 2 : 1) : one.length));
  const { segments, left } = gsm ? segmentsOf(sizes, 160, 153) : segmentsOf(sizes, 70, 67);
  return {
    encoding: gsm ? "gsm7" : "ucs2",
    units: sizes.reduce((sum, size) => sum + size, 0),
    segments,
    left,
    costly: [...costly],
  };
}
