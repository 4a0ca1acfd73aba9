import { toSafeText } from "../text/safe-text.ts";

/** A passage as a tool for language models or a reader gives it: UTF-16 offsets into the stored body, end exclusive. */
export interface Quote {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Two marks between which text of articles stands in what is told to language models. */
const MARKS = /^⟦([0-9a-f]+)⟧([\s\S]*)⟦\/\1⟧$/;

/** Whether a body says at those offsets what a quote says, with or without the marks around it; what nobody sees does not count. */
export function provesQuote(body: string, { start, end, text }: Quote): boolean {
  const said = MARKS.exec(text)?.[2] ?? text;
  const isPassage = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= body.length;
  return isPassage && toSafeText(body.slice(start, end)) === toSafeText(said);
}
