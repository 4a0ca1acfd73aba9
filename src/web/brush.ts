import { onShown, show } from "./navigation.ts";
import { fieldOf, searchForm, toFormUrl } from "./search-form.ts";

/**
 * Choosing a range on the histogram: drag over it with pointer or finger; or Left and Right from bar to bar, with Shift to take
 * several, Enter to go there. Without script each bar is a link to its own days.
 */

type Span = SVGElement & { readonly dataset: DOMStringMap };

const findSpans = (): Span[] => [...document.querySelectorAll<Span>(".bars [data-from]")];

/** A drag shorter than this is a click, in pixels. */
const CLICK_SLOP = 6;

export function addBrush(): void {
  addRoving();
  onShown(addRoving);
  document.addEventListener("pointerdown", startDrag);
  document.addEventListener("keydown", moveByKey);
}

/** One stop of the Tab key for the whole picture, the arrows within it. */
function addRoving(): void {
  const links = document.querySelectorAll(".bars a");
  links.forEach((link, index) => {
    link.setAttribute("tabindex", index === links.length - 1 ? "0" : "-1");
  });
}

const indexAt = (spans: readonly Span[], clientX: number): number => {
  const index = spans.findIndex((span) => clientX < span.getBoundingClientRect().right);
  return index < 0 ? spans.length - 1 : index;
};

function mark(spans: readonly Span[], from: number, to: number): void {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  spans.forEach((span, index) => {
    span.querySelector(".reach")?.classList.toggle("chosen", index >= low && index <= high);
  });
}

const unmark = (spans: readonly Span[]): void => mark(spans, -1, -1);

function choose(spans: readonly Span[], one: number, other: number): void {
  const form = searchForm();
  const first = spans[Math.min(one, other)]?.dataset.from;
  const last = spans[Math.max(one, other)]?.dataset.to;
  const from = fieldOf(form, "from");
  const to = fieldOf(form, "to");
  if (!form || !from || !to || first === undefined || last === undefined) return;
  from.value = first;
  to.value = last;
  void show(toFormUrl(form), { history: "push" });
}

function startDrag(down: PointerEvent): void {
  const picture = down.target instanceof Element ? down.target.closest(".bars") : null;
  if (picture === null || down.button !== 0) return;
  const spans = findSpans();
  const start = indexAt(spans, down.clientX);
  const dragged = ({ clientX }: PointerEvent): boolean => Math.abs(clientX - down.clientX) > CLICK_SLOP;

  const move = (event: PointerEvent): void => {
    if (dragged(event)) mark(spans, start, indexAt(spans, event.clientX));
  };
  const end = (event: PointerEvent): void => {
    stop();
    if (!dragged(event)) return;
    // The click that ends a drag would follow the link of one bar.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    choose(spans, start, indexAt(spans, event.clientX));
  };
  const stop = (): void => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", stop);
    unmark(spans);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", stop);
  // A link under the pointer would otherwise be dragged away itself.
  picture.addEventListener("dragstart", (event) => event.preventDefault(), { once: true });
}

const swallow = (event: Event): void => {
  event.preventDefault();
  event.stopPropagation();
};

/** Where Shift began; undefined while one bar alone is chosen. */
let anchor: number | undefined;

function moveByKey(event: KeyboardEvent): void {
  const spans = findSpans();
  const present = spans.findIndex((span) => span.matches(":focus"));
  if (present < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && anchor !== undefined && anchor !== present) {
    event.preventDefault();
    choose(spans, anchor, present);
    anchor = undefined;
    return;
  }
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  let next = present + step;
  while (spans[next] !== undefined && spans[next]?.tagName !== "a") next += step;
  const target = spans[next];
  if (target === undefined) return;
  anchor = event.shiftKey ? (anchor ?? present) : undefined;
  spans[present]?.setAttribute("tabindex", "-1");
  target.setAttribute("tabindex", "0");
  target.focus();
  if (anchor === undefined) unmark(spans);
  else mark(spans, anchor, next);
}
