import { fetchPage } from "./fetch-page.ts";

/** Finding a source or category by its name, in place; without script the form leads to a page of its own. */

const PAUSE_MS = 120;

export function addFacets(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form === null || !form.matches("form.find")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      request?.abort();
      request = new AbortController();
      void fill(form, request.signal);
    }, PAUSE_MS);
  });
}

async function fill(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") params.append(name, value);
  const page = await fetchPage(`${form.action}?${params}`, signal);
  const found = page?.querySelector("#facet-values");
  if (!found || signal.aborted) return;
  const list = form.parentElement?.querySelector(".values, #facet-values");
  list?.replaceWith(found);
}
