/** Entities that a document may define. */
const MAX_ENTITIES = 100;
/** Characters that a definition may have. */
const MAX_VALUE = 1000;
/** Characters by which all of them together may make a document longer; what comes after stays as it is written. */
const MAX_GROWTH = 1_000_000;

/**
 * Puts in place what a document defines as entities for itself. A definition that holds another reference or a tag is none: so none
 * can grow by another, and the growth of all has a bound. Nothing is ever read from elsewhere.
 */
export function expandEntities(text: string): string {
  const doctype = /<!DOCTYPE[^[>]{0,500}\[([^\]]{0,100000})\]\s*>/.exec(text.slice(0, 200_000));
  if (doctype === null) return text;
  const values = new Map<string, string>();
  for (const [, name = "", , value = ""] of doctype[1]?.matchAll(
    /<!ENTITY\s+([\w.-]{1,100})\s+(["'])([^"'&<%]*)\2\s*>/g,
  ) ?? []) {
    if (value.length <= MAX_VALUE && values.size < MAX_ENTITIES) values.set(name, value);
  }
  const end = doctype.index + doctype[0].length;
  let growth = 0;
  const expanded = text.slice(end).replace(/&([\w.-]{1,100});/g, (reference, name: string) => {
    const value = values.get(name);
    if (value === undefined || growth > MAX_GROWTH) return reference;
    growth += value.length;
    return value;
  });
  // The definitions are of no more use, and no parser is to stumble over them.
  return `${text.slice(0, doctype.index)}${expanded}`;
}
