import { decodeHTMLStrict } from "entities/decode";

const ENTITY = /&(?:#\d+|#[xX][\da-fA-F]+|[A-Za-z][A-Za-z\d]{1,31});/;
const NUMBERED = /&#(?:[xX]([\da-fA-F]+)|(\d+));/g;

/** False for the numbers of what no text needs: NUL and its kin, halves of characters, what stands for an unknown one, and beyond Unicode. */
const isCharacter = (code: number): boolean =>
  (code > 31 || code === 9 || code === 10 || code === 13) &&
  (code < 0xd800 || code > 0xdfff) &&
  code !== REPLACEMENT &&
  code <= 0x10ffff;

/** U+FFFD: what decoders give for a number that is no character. */
export const REPLACEMENT = 0xfffd;

const withoutNoCharacters = (text: string): string =>
  text.replace(NUMBERED, (reference: string, hex: string | undefined, decimal: string) =>
    isCharacter(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) ? reference : "",
  );

/** An ampersand that was escaped again and again. */
const NESTED = /&(?:(?:amp|#38|#x26);){2,}/gi;

/**
 * Entities as the characters that they stand for, `&#28207;` → 港. Those without a semicolon are let be: they stand in addresses
 * (`?a=1&copy=2`). What stands for no character goes.
 */
export const decodeEntities = (text: string): string =>
  ENTITY.test(text) ? decodeHTMLStrict(withoutNoCharacters(text.replace(NESTED, "&amp;"))) : text;
