import { stripVTControlCharacters, styleText } from "node:util";

/** How a text may be set off: what it says is the same without. */
export type Style = Parameters<typeof styleText>[0];

/**
 * Whether a stream takes colours: where `FORCE_COLOR` or `NO_COLOR` does not decide (no-color.org; the first wins, as in Node.js), a
 * terminal does, unless it is a dumb one.
 */
export function takesColours(
  { isTTY }: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = env;
  if (forced !== undefined) return !["0", "false"].includes(forced);
  if (none !== undefined && none !== "") return false;
  return isTTY === true && terminal !== "dumb";
}

/** Sets a text off, whatever the stream. */
export const toStyled = (style: Style, text: string): string => styleText(style, text, { validateStream: false });

export const withoutColours = (text: string): string => stripVTControlCharacters(text);
