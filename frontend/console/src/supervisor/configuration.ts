/** The configuration as the supervisor's pages read it. */
import { useQuery } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Configuration, Language, Texts } from "../api/types";

export function useConfiguration() {
  return useQuery({
    queryKey: ["configuration"],
    queryFn: () => request<Configuration>("/configuration"),
  });
}

/** A text in this language, else in the first there is, else the id. */
export function textIn(texts: Texts | undefined, language: Language, id: string): string {
  if (!texts) return id;
  return texts[language] ?? texts.es ?? Object.values(texts)[0] ?? id;
}
