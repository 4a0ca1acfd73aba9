import type { ImportProgress } from "../ingest/import.ts";
import type { Output } from "./context.ts";

export interface Progress {
  /** To be called when a batch has become durable: what is shown as stored survives a crash. */
  show(progress: ImportProgress): void;
  /** Takes the bar away. */
  clear(): void;
}

/** Where nobody watches, a line is enough once in so many seconds. */
const LINE_INTERVAL_S = 2;
const BAR_WIDTH = 24;

/** A bar on a terminal; elsewhere a plain line now and then, the first batch's among them. */
export function createProgress(output: Output): Progress {
  let shownAtS = Number.NEGATIVE_INFINITY;
  if (output.isTTY === true) {
    return {
      show: (progress) => void output.writeStyled(`\r\u001b[K${toBar(progress)}`),
      clear: () => void output.writeStyled("\r\u001b[K"),
    };
  }
  return {
    show: (progress) => {
      if (progress.seconds - shownAtS < LINE_INTERVAL_S) return;
      shownAtS = progress.seconds;
      output.write(`${toLine(progress)}\n`);
    },
    clear: () => {},
  };
}

function toLine(progress: ImportProgress): string {
  const { stored, rejected } = progress;
  const parts = [`stored ${stored} article${stored === 1 ? "" : "s"}`, `${rate(progress)}/s`];
  if (rejected > 0) parts.push(`${rejected} rejected`);
  const done = share(progress);
  if (done !== undefined) parts.push(`${Math.floor(done * 100)} %`);
  return parts.join(", ");
}

function toBar(progress: ImportProgress): string {
  const { stored, seconds } = progress;
  const articles = `${stored.toLocaleString("en-US")} articles  ${rate(progress).toLocaleString("en-US")}/s`;
  const done = share(progress);
  if (done === undefined) return articles;
  const filled = Math.round(done * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const left = done > 0 ? toClock((seconds / done) * (1 - done)) : "–";
  return `${bar} ${Math.floor(done * 100)} %  ${articles}  ${left} left`;
}

const rate = ({ stored, seconds }: ImportProgress): number => Math.round(stored / Math.max(seconds, 0.001));

/** 0–1, by bytes read; undefined where the whole is not known. */
const share = ({ bytes, totalBytes }: ImportProgress): number | undefined =>
  totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, bytes / totalBytes);

const toClock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
