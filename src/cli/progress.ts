import type { Output } from "./context.ts";

/** At most this often a line is drawn. */
const INTERVAL_MS = 100;

/** One line on a terminal that says how far a long piece of work has come; nothing where standard error is no terminal. */
export interface Progress {
  update(done: number, total: number): void;
  /** Removes the line. */
  end(): void;
}

export function createProgress(output: Output, label: string): Progress {
  if (!output.isTTY) return { update: () => {}, end: () => {} };
  const startedMs = performance.now();
  let shownMs = -Infinity;
  return {
    update: (done, total) => {
      const nowMs = performance.now();
      if (nowMs - shownMs < INTERVAL_MS) return;
      shownMs = nowMs;
      const perSecond = done / Math.max(0.001, (nowMs - startedMs) / 1000);
      const left = perSecond > 0 ? `, ${Math.ceil((total - done) / perSecond)} s left` : "";
      const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
      output.writeStyled(`\r\x1b[K${label}: ${percent} %, ${done} of ${total}, ${Math.round(perSecond)}/s${left}`);
    },
    end: () => output.writeStyled("\r\x1b[K"),
  };
}
