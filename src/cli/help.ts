import type { Help, Option, OutputConfiguration } from "commander";
import { toStyled } from "./colours.ts";
import type { CliContext, Output } from "./context.ts";
import { toShownWidth, wrap } from "./wrap.ts";

/** Of help where no terminal says how wide it is. */
const DEFAULT_COLUMNS = 100;
/** Longer lines are hard to read. */
const MAX_COLUMNS = 120;

const widthOf = ({ columns }: Output): number => Math.min(columns ?? DEFAULT_COLUMNS, MAX_COLUMNS);

/** How help looks: as wide as the terminal, Chinese characters counted as two, headings bold and names coloured. */
export const HELP: Partial<Help> = {
  minWidthToWrap: 16,
  displayWidth: toShownWidth,
  boxWrap: wrap,
  // Line breaks of the source are none of the text.
  commandDescription: (command) => command.description().replaceAll(/ ?\n(?!\n)/g, " "),
  optionDescription: toOptionText,
  argumentDescription: (argument) => argument.description + listChoices(argument.argChoices),
  formatItem: (term, termWidth, description, helper) => formatItem({ term, termWidth, description }, helper),
  styleTitle: (title) => toStyled("bold", title),
  styleSubcommandTerm: (term) => toStyled("cyan", term),
  styleOptionTerm: (term) => toStyled("cyan", term),
  styleArgumentTerm: (term) => toStyled("cyan", term),
};

/** What an option does, which values it takes, and which one holds where it is left out. */
export function toOptionText({ description, argChoices, defaultValue }: Option): string {
  const isTold = defaultValue === undefined || typeof defaultValue === "boolean" || Array.isArray(defaultValue);
  return description + listChoices(argChoices) + (isTold ? "" : ` (default ${String(defaultValue)})`);
}

const listChoices = (choices: readonly string[] | undefined): string =>
  choices === undefined ? "" : ` (${choices.join(" | ")})`;

/** A description that would have less room beside its name stands below it. */
const MIN_DESCRIPTION_COLUMNS = 32;
const TERM_INDENT = "  ";
const BELOW_INDENT = " ".repeat(6);

interface Item {
  readonly term: string;
  readonly termWidth: number;
  readonly description: string;
}

function formatItem({ term, termWidth, description }: Item, { helpWidth = DEFAULT_COLUMNS }: Help): string {
  const beside = TERM_INDENT + term + " ".repeat(Math.max(0, termWidth - toShownWidth(term)) + TERM_INDENT.length);
  if (description === "") return beside.trimEnd();
  const start = toShownWidth(beside);
  const isBelow = helpWidth - start < MIN_DESCRIPTION_COLUMNS;
  const indent = isBelow ? BELOW_INDENT : " ".repeat(start);
  const text = wrap(description, helpWidth - indent.length).replaceAll("\n", `\n${indent}`);
  return isBelow ? `${TERM_INDENT}${term}\n${indent}${text}` : beside + text;
}

/** Where help goes. */
export function toHelpOutput({ stdout, stderr }: CliContext): OutputConfiguration {
  return {
    writeOut: (text) => stdout.writeStyled(wrapProse(text, widthOf(stdout))),
    writeErr: (text) => stderr.writeStyled(wrapProse(text, widthOf(stderr))),
    getOutHelpWidth: () => widthOf(stdout),
    getErrHelpWidth: () => widthOf(stderr),
    getOutHasColors: () => stdout.takesColours,
    getErrHasColors: () => stderr.takesColours,
  };
}

/** What stands below the lists of help: sentences are wrapped; examples, which are set in, are not. */
const wrapProse = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => (/^\s/.test(line) ? line : wrap(line, width)))
    .join("\n");
