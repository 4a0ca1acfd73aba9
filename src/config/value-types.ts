import { isIPv4, isIPv6 } from "node:net";
import { type FieldRule, isText, isTexts } from "../text/check-fields.ts";

/** The kinds of values that options hold: how each is written, and what the text means. */

export interface ValueType<T> {
  /** What is wanted, for messages and docs: "a whole number from 1 to 9". */
  readonly wanted: string;
  /** All that there are; absent where there are more. */
  readonly values?: readonly string[];
  /** How some of them begin, where there are more. */
  readonly beginnings?: readonly string[];
  /** Undefined for a text that is not one of these. */
  parse(text: string): T | undefined;
  /** The value that a program passes; absent where that is a text that {@link parse} understands. */
  readonly passed?: Pick<FieldRule, "wanted" | "isRight">;
}

/** What a program may pass where a value of this type is set. */
export const toPassed = (type: ValueType<unknown>): FieldRule =>
  type.passed ?? {
    wanted: type.wanted,
    isRight: (value) => isText(value) && type.parse(value) !== undefined,
  };

const numberWithin = (lowest: number, highest: number, wanted: string, isKind = Number.isFinite) => ({
  wanted: `${wanted} from ${lowest} to ${highest}`,
  isRight: (value: unknown) => isKind(value) && within(Number(value), lowest, highest) !== undefined,
});

export function text(wanted: string, isValid: (text: string) => boolean = () => true): ValueType<string> {
  return { wanted, parse: (text) => (text !== "" && isValid(text) ? text : undefined) };
}

export function integer(lowest: number, highest: number): ValueType<number> {
  return {
    wanted: `a whole number from ${lowest} to ${highest}`,
    parse: (text) => (/^\d{1,15}$/.test(text) ? within(Number(text), lowest, highest) : undefined),
    passed: numberWithin(lowest, highest, "a whole number", Number.isInteger),
  };
}

export function choice<const T extends string>(values: readonly T[]): ValueType<T> {
  return {
    wanted: `one of ${values.join(", ")}`,
    values,
    parse: (text) => values.find((value) => value === text.toLowerCase()),
    passed: {
      wanted: `one of ${values.join(", ")}`,
      isRight: (passed) => values.some((value) => value === passed),
    },
  };
}

/** Several of one kind, separated by commas or spaces; none where the text is empty. */
export function list<T extends string>(wanted: string, isItem: (text: string) => text is T): ValueType<readonly T[]> {
  return {
    wanted,
    parse: (text) => {
      const items = text.split(/[\s,]+/).filter((item) => item !== "");
      return items.every(isItem) ? items : undefined;
    },
    passed: { wanted: `an array of ${wanted}`, isRight: (value) => isTexts(value) && value.every(isItem) },
  };
}

const BYTE_UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes, written with a binary unit: `256m`, `1g`, `1.5GiB`, `65536`. */
export function bytes(lowest: string, highest: string): ValueType<number> {
  const [from, to] = [parseBytes(lowest) ?? 0, parseBytes(highest) ?? Infinity];
  return {
    wanted: `a size from ${lowest} to ${highest}, such as 256m or 1g`,
    parse: (text) => {
      const value = parseBytes(text);
      return value === undefined ? undefined : within(value, from, to);
    },
    passed: numberWithin(from, to, "a whole number of bytes", Number.isInteger),
  };
}

function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text);
  const unit = BYTE_UNITS[match?.[2]?.toLowerCase() ?? ""];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds, written with a unit: `500ms`, `30s`, `2m`. */
export function duration(lowest: string, highest: string): ValueType<number> {
  const [from, to] = [parseDuration(lowest) ?? 0, parseDuration(highest) ?? Infinity];
  return {
    wanted: `a time from ${lowest} to ${highest}, such as 500ms, 30s or 2m`,
    parse: (text) => {
      const value = parseDuration(text);
      return value === undefined ? undefined : within(value, from, to);
    },
    passed: numberWithin(from, to, "a number of milliseconds"),
  };
}

function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/i.exec(text);
  const unitMs = DURATION_UNITS_MS[match?.[2]?.toLowerCase() ?? ""];
  return match === null || unitMs === undefined ? undefined : Math.round(Number(match[1]) * unitMs);
}

/** An IANA time zone, such as `Asia/Shanghai`. */
export function timezone(): ValueType<string> {
  return text("an IANA time zone, such as Asia/Shanghai or UTC", (text) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: text });
      return true;
    } catch {
      // A RangeError is how Intl says that it does not know the zone.
      return false;
    }
  });
}

/** The address of a site: http or https, perhaps with a path, and nothing after it. */
export function siteAddress(): ValueType<string> {
  return text("an http:// or https:// address, with a path at most, such as https://example.org/news/", (text) => {
    if (!/^https?:\/\/[^\\\s?#]+$/i.test(text) || !URL.canParse(text)) return false;
    const { username, password, pathname } = new URL(text);
    return username === "" && password === "" && !pathname.includes("//");
  });
}

/** Addresses and ranges of addresses of the internet protocol, separated by commas. */
export function addressList(): ValueType<readonly string[]> {
  return {
    wanted: "addresses or ranges separated by commas, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8",
    parse: (text) => {
      const items = text.split(",").map((item) => item.trim());
      return items.every(isAddressOrRange) ? items : undefined;
    },
    passed: {
      wanted: "an array of addresses or ranges, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8",
      isRight: (value) => isTexts(value) && value.every(isAddressOrRange),
    },
  };
}

function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (most === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}

/** Which encoder turns text into vectors. */
export type EncoderChoice =
  /** It may run in a thread of its own, which no setting says: a command that writes a lot wants it. */
  | { readonly kind: "builtin"; readonly inThread?: boolean }
  /** A folder with a sentence encoder in ONNX form, or the `org/name` of one on the model hub. */
  | { readonly kind: "onnx"; readonly model: string }
  /** An embedding server, or several that have the same encoder: they take turns. */
  | { readonly kind: "remote"; readonly url: string; readonly others?: readonly string[] };

export function encoderChoice(): ValueType<EncoderChoice> {
  return {
    wanted:
      "builtin, onnx:FOLDER, or the http:// or https:// address of an embedding server, several with commas between them",
    beginnings: ["builtin", "onnx:", "http://"],
    parse: (text) => {
      if (text === "builtin") return { kind: "builtin" };
      if (text.startsWith("onnx:") && text.length > 5) return { kind: "onnx", model: text.slice(5) };
      // A comma within an address is one that no other address follows.
      const [url = "", ...others] = text.split(/\s*,\s*(?=https?:\/\/)/i);
      const isAddress = (one: string): boolean => /^https?:\/\//i.test(one) && URL.canParse(one);
      if (![url, ...others].every(isAddress)) return undefined;
      return { kind: "remote", url, ...(others.length > 0 && { others }) };
    },
  };
}

/** What puts the first hits of a list in another order. */
export type RerankerChoice =
  | { readonly kind: "off" }
  /** A folder with a sentence encoder or a cross-encoder in ONNX form. */
  | { readonly kind: "onnx"; readonly model: string }
  /** A re-ranking server. */
  | { readonly kind: "remote"; readonly url: string };

export function rerankerChoice(): ValueType<RerankerChoice> {
  return {
    wanted: "off, onnx:FOLDER, or the http:// or https:// address of a re-ranking server",
    beginnings: ["off", "onnx:", "http://"],
    parse: (text) => {
      if (text === "off") return { kind: "off" };
      const choice = encoderChoice().parse(text);
      if (choice === undefined || choice.kind === "builtin") return undefined;
      return choice.kind === "remote" && choice.others !== undefined ? undefined : choice;
    },
  };
}

/** A share of a whole, 0–1, written with a point. */
export function share(): ValueType<number> {
  return {
    wanted: "a number from 0 to 1, such as 0.4",
    parse: (text) => (/^\d(?:\.\d{1,6})?$/.test(text) ? within(Number(text), 0, 1) : undefined),
    passed: numberWithin(0, 1, "a number"),
  };
}

function within(value: number, lowest: number, highest: number): number | undefined {
  return value >= lowest && value <= highest ? value : undefined;
}
