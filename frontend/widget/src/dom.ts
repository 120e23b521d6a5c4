/** Building elements. Text only ever becomes text nodes. */
import { linkify } from "../../shared/linkify";

type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | boolean | ((event: Event) => void) | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon, 24×24, decorative. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  chat: "M4 5.5h16v11H10.5L6 20.5v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M4 12l-1-8 18 8-18 8 1-8zm0 0h8",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 4M15.5 9v.1",
  sent: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7.5V12l3 2M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
  alert: "M12 8v5M12 16.2v.1M12 3.5L2.5 20h19z",
  end: "M15 4h4v16h-4M10.5 16L6.5 12l4-4M6.5 12H15",
};

/** A paragraph of the customer's or the agent's words, web addresses as links. */
export function paragraph(text: string): HTMLParagraphElement {
  const result = el("p", { class: "text" });
  for (const piece of linkify(text)) {
    if (piece.href === null) result.append(piece.text);
    else
      result.append(
        el("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer nofollow" }, piece.text),
      );
  }
  return result;
}
