import { decodeHTMLStrict } from "entities/decode";

const ENTITY = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/;
/** References to characters that no text needs: NUL and its kin, and halves of characters. */
const NO_CHARACTER =
  /&#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]|[dD][89a-fA-F][\da-fA-F]{2}));/g;

/** An ampersand that was escaped again and again. */
const NESTED = /&(?:(?:amp|#38|#x26);){2,}/gi;

/**
 * Entities as the characters that they stand for, `&#28207;` → 港. Those without a semicolon are let be: they stand in addresses
 * (`?a=1&copy=2`).
 */
export const decodeEntities = (text: string): string =>
  ENTITY.test(text) ? decodeHTMLStrict(text.replace(NESTED, "&amp;").replace(NO_CHARACTER, "")) : text;
