/** Arbitrary texts for property tests. fast-check has the like, but lists all of Unicode first: a second and a hundred megabytes in each process. */
import fc from "fast-check";

const SURROGATES = { first: 0xd800, count: 0x800 };

const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((place) => String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count));

/** Any characters at all, assigned or not, and texts that mean something to a program. */
export const anyUnicode = ({ maxLength }: { readonly maxLength?: number } = {}): fc.Arbitrary<string> => {
  const constraints = maxLength === undefined ? {} : { maxLength };
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(anyCharacter, constraints).map((characters) => characters.join("")) },
    { weight: 1, arbitrary: fc.string(constraints) },
  );
};

/** What may stand in a path and in what follows it, as it is or in percent-encoding. */
const anyUrlPart = fc.string({
  unit: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@", "%2F", "%E6%A1%A5", "%F0%9F%8F%A2"),
  maxLength: 8,
});

/** An address of the web, with a query or without. */
export const anyUrl: fc.Arbitrary<string> = fc
  .record({
    scheme: fc.constantFrom("http", "https"),
    host: fc.domain(),
    path: fc.array(anyUrlPart, { maxLength: 4 }),
    query: fc.option(anyUrlPart),
  })
  .map(
    ({ scheme, host, path, query }) =>
      `${scheme}://${host}${path.map((part) => `/${part}`).join("")}${query === null ? "" : `?${query}`}`,
  );
