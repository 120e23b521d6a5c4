/** A profile while it is edited. Pure. */
import type { Profile } from "../api/types";

export const EMPTY_PROFILE: Profile = {
  name: "",
  channels: [],
  capacity: { voice: 0, live: 1, async: 2 },
  skills: {},
};

/** Most contacts at once of one media class. */
export const MOST_AT_ONCE = 50;

export function withSkill(profile: Profile, skill: string, level: number): Profile {
  const others = Object.entries(profile.skills).filter(([id]) => id !== skill);
  return { ...profile, skills: Object.fromEntries(level === 0 ? others : [...others, [skill, level]]) };
}

export function withChannel(profile: Profile, channel: string, on: boolean): Profile {
  const others = profile.channels.filter((one) => one !== channel);
  return { ...profile, channels: on ? [...others, channel] : others };
}

function canonical(profile: Profile): string {
  return JSON.stringify([
    profile.name.trim(),
    [...profile.channels].sort(),
    [profile.capacity.voice, profile.capacity.live, profile.capacity.async],
    Object.entries(profile.skills).sort(([a], [b]) => a.localeCompare(b)),
    profile.exclusive_voice ?? true,
    profile.interruptible ?? true,
  ]);
}

export function sameProfile(a: Profile, b: Profile): boolean {
  return canonical(a) === canonical(b);
}

/** An id from a name: `Averías, experto` is `averias-experto`. */
export function idFromName(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^[^a-z]+|-+$/gu, "")
    .slice(0, 60);
}
