/** Which conversations are on screen, side by side, and which of them has the keyboard. */
import { load, save } from "../lib/storage";
import { createStore } from "../lib/store";

export interface Panes {
  open: string[];
  focused: string | null;
}

const NONE: Panes = { open: [], focused: null };

export const panes = createStore<Panes>(load("session", "panes", NONE));
panes.subscribe(() => save("session", "panes", panes.get()));

/** Show `id`: in place of the focused one, or beside it while there is room for `max`. */
export function show(state: Panes, id: string, beside: boolean, max: number): Panes {
  if (state.open.includes(id)) return { ...state, focused: id };
  const at = state.focused === null ? -1 : state.open.indexOf(state.focused);
  if (state.open.length === 0 || (beside && state.open.length < max)) {
    const open = [...state.open];
    open.splice(at + 1, 0, id);
    return { open, focused: id };
  }
  const place = at >= 0 ? at : state.open.length - 1;
  return { open: state.open.map((one, index) => (index === place ? id : one)), focused: id };
}

export function hide(state: Panes, id: string): Panes {
  const at = state.open.indexOf(id);
  if (at < 0) return state;
  const open = state.open.filter((one) => one !== id);
  const focused = state.focused === id ? (open[Math.min(at, open.length - 1)] ?? null) : state.focused;
  return { open, focused };
}

/** Without contacts that are not held any more, and no more than fit. */
export function fit(state: Panes, held: ReadonlySet<string>, max: number): Panes {
  const alive = state.open.filter((id) => held.has(id));
  const focused = state.focused !== null && held.has(state.focused) ? state.focused : (alive[0] ?? null);
  let open = alive;
  if (alive.length > max) {
    const others = alive.filter((id) => id !== focused).slice(0, max - 1);
    open = alive.filter((id) => id === focused || others.includes(id));
  }
  const same = open.length === state.open.length && open.every((id, index) => id === state.open[index]);
  return same && focused === state.focused ? state : { open, focused };
}
