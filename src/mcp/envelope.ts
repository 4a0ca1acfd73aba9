import { randomBytes } from "node:crypto";
import { toSafeText } from "../text/safe-text.ts";
import type { Envelope } from "./context.ts";

/** Bytes of chance in a mark: nobody who writes an article can know them. */
const NONCE_BYTES = 5;

export function createEnvelope(): Envelope {
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  return { open: `⟦${nonce}⟧`, close: `⟦/${nonce}⟧` };
}

/** Text of an article between the marks, without what nobody sees. */
export const enclose = (text: string, { open, close }: Envelope): string => `${open}${toSafeText(text)}${close}`;

/** Characters of a headline, the name of a source and other short texts of an article that are shown, in UTF-16 units. */
const MAX_LABEL_UNITS = 300;

/** A headline or a name as one line of bounded length, without marks, since programs show it as it is. */
export function toLabel(text: string, maxUnits = MAX_LABEL_UNITS): string {
  const line = toSafeText(text).replace(/\s+/g, " ").trim();
  return line.length > maxUnits ? `${line.slice(0, maxUnits).toWellFormed()}…` : line;
}
