/** One part of the configuration while it is edited, against the version that was read when editing began. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, request } from "../api/client";
import type { Configuration } from "../api/types";
import { errorText, useTexts } from "../i18n";

/** What the server found wrong, with the path inside the part. */
export interface FieldProblem {
  path: string;
  message: string;
}

export interface Draft<T> {
  value: T;
  set: (value: T) => void;
  changed: boolean;
  /** Somebody else changed the same part meanwhile. */
  conflict: boolean;
  busy: boolean;
  problem: string | null;
  fieldProblems: readonly FieldProblem[];
  reload: () => void;
  /** Save on top of the newest version; in a conflict that is what others did. */
  save: (path: string, body: (version: number) => unknown) => Promise<number | null>;
  remove: (path: string) => Promise<boolean>;
}

export function useDraft<T>(
  configuration: Configuration,
  stored: T,
  same: (one: T, other: T) => boolean,
): Draft<T> {
  const { t } = useTexts();
  const client = useQueryClient();
  const [base, setBase] = useState({ version: configuration.version, value: stored });
  const [value, setValue] = useState(stored);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const changed = !same(value, base.value);
  if (!changed && base.version !== configuration.version) {
    setBase({ version: configuration.version, value: stored });
    setValue(stored);
  }
  // Another part's unrelated change is no conflict: this one is saved on top of it.
  const conflict = changed && base.version !== configuration.version && !same(stored, base.value);

  const run = async <R>(work: () => Promise<R>): Promise<R | null> => {
    setBusy(true);
    setFailure(null);
    try {
      const result = await work();
      await client.invalidateQueries({ queryKey: ["configuration"] });
      return result;
    } catch (error) {
      setFailure(error);
      if (error instanceof ApiError && error.code === "stale_version")
        await client.invalidateQueries({ queryKey: ["configuration"] });
      return null;
    } finally {
      setBusy(false);
    }
  };
  return {
    value,
    set: setValue,
    changed,
    conflict,
    busy,
    problem: failure === null ? null : errorText(t, failure),
    fieldProblems: fieldProblems(failure),
    reload: () => {
      setBase({ version: configuration.version, value: stored });
      setValue(stored);
      setFailure(null);
    },
    save: (path, body) =>
      run(async () => {
        const sent = value;
        const result = await request<{ version: number }>(path, {
          method: "PUT",
          body: body(configuration.version),
        });
        setBase({ version: result.version, value: sent });
        return result.version;
      }),
    remove: async (path) => {
      const done = await run(async () => {
        await request<unknown>(`${path}?base_version=${configuration.version}`, { method: "DELETE" });
        return true;
      });
      return done === true;
    },
  };
}

function fieldProblems(failure: unknown): FieldProblem[] {
  if (!(failure instanceof ApiError) || !Array.isArray(failure.detail.errors)) return [];
  return (failure.detail.errors as Partial<FieldProblem>[]).map(({ path, message }) => ({
    path: path ?? "",
    message: message ?? "",
  }));
}
