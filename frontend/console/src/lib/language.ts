/** The language of the screens, for whoever asks the server: names come in it. */
import { createStore } from "./store";

const language = createStore("es");

export function currentLanguage(): string {
  return language.get();
}

export function setCurrentLanguage(to: string): void {
  document.documentElement.lang = to;
  language.set(to);
}

/** Returns what ends it. */
export function whenLanguageChanges(listener: () => void): () => void {
  return language.subscribe(listener);
}
