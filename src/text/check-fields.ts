import { AppError, type ErrorCode } from "../errors.ts";
import { didYouMean } from "./suggest.ts";

/** What a program may pass for one field. */
export interface FieldRule {
  /** For messages: "a whole number from 0 to 100". */
  readonly wanted: string;
  /** Asked of everything but undefined, which stands for a field that is left out. */
  readonly isRight: (value: unknown) => boolean;
  readonly isRequired?: true;
  /** No message shows what was passed. */
  readonly isSecret?: true;
}

/** A rule for each field of a type. */
export type FieldRules<T> = { readonly [Name in keyof T]-?: FieldRule };

/** What is wrong, and where. */
export interface CheckedPlace {
  readonly code: ErrorCode;
  /** What is checked, as who passed it calls it: `articles[3]`. */
  readonly name: string;
  /** Whether messages name a field by itself: `port`, and not `options.port`. Default false. */
  readonly namesFieldsAlone?: boolean;
}

/** Options of a call: messages name each as it is, `port` and not `options.port`. */
export const OPTIONS_PLACE: CheckedPlace = { code: "usage", name: "options", namesFieldsAlone: true };

export const isText = (value: unknown): value is string => typeof value === "string";

export const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

export const isFunction = (value: unknown): boolean => typeof value === "function";

export const BOOLEAN: FieldRule = { wanted: "true or false", isRight: (value) => typeof value === "boolean" };

/**
 * Checks an object that a program passes, which no compiler may have looked at: each field that it has is known and is what the rule
 * wants, and those that are required are there.
 * @throws AppError `place.code` that names the first that is wrong, what it is, and what is wanted
 */
export function checkFields<T>(value: unknown, rules: FieldRules<T>, place: CheckedPlace): asserts value is T {
  const { code, name, namesFieldsAlone = false } = place;
  const known = new Map<string, FieldRule>(Object.entries(rules));
  const names = [...known.keys()];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw toError(value, { code, name, wanted: `an object with fields such as ${names.slice(0, 3).join(", ")}` });
  const toPath = (field: string): string => (namesFieldsAlone ? field : `${name}.${field}`);
  for (const field of Object.keys(value)) {
    if (known.has(field)) continue;
    const hint = didYouMean(field, names);
    throw new AppError(code, `${toPath(field)} is unknown: there are ${names.join(", ")}.${hint}`);
  }
  for (const [field, { isRight, isRequired = false, ...rule }] of known) {
    const given = (value as Readonly<Record<string, unknown>>)[field];
    if (given === undefined ? !isRequired : isRight(given)) continue;
    throw toError(given, { ...rule, code, name: toPath(field) });
  }
}

/** @throws AppError `code` where a value that a program passes is none that the rule wants */
export function checkValue(value: unknown, { isRight, ...rule }: FieldRule, place: CheckedPlace): void {
  if (!isRight(value)) throw toError(value, { ...rule, ...place });
}

interface Fault {
  readonly code: ErrorCode;
  readonly name: string;
  readonly wanted: string;
  readonly isSecret?: boolean | undefined;
}

function toError(value: unknown, { code, name, wanted, isSecret = false }: Fault): AppError {
  const is = value === undefined ? "missing" : isSecret ? "not right" : show(value);
  return new AppError(code, `${name} is ${is}: wanted ${wanted}.`);
}

/** Characters of a text that are shown. */
const MAX_SHOWN = 60;

/** What a value is, in few words. */
function show(value: unknown, isWithin = false): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN).toWellFormed()}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return isWithin ? "an array" : showItems(value);
  return value instanceof Date ? "a Date" : "an object";
}

/** Items of an array that are shown. */
const MAX_ITEMS = 5;

function showItems(items: readonly unknown[]): string {
  const shown = items.slice(0, MAX_ITEMS).map((item) => show(item, true));
  return `[${shown.join(", ")}${items.length > MAX_ITEMS ? ", …" : ""}]`;
}
