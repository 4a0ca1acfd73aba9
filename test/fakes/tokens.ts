import { join } from "node:path";
import type { Scope } from "../../src/access/scopes.ts";
import { createSecret, hashSecret } from "../../src/access/secret.ts";
import { changeTokens } from "../../src/access/token-file.ts";
import { createTestFolder } from "./cli.ts";

export interface TestToken {
  readonly scopes: readonly Scope[];
  readonly expires?: string;
}

/** A file of tokens, with the tokens themselves by their names. */
export function createTestTokens<Name extends string>(
  tokens: Readonly<Record<Name, TestToken | readonly Scope[]>>,
): { readonly tokensFile: string; readonly secrets: Readonly<Record<Name, string>> } {
  const tokensFile = join(createTestFolder(), "tokens.json");
  const made = (Object.entries(tokens) as [Name, TestToken | readonly Scope[]][]).map(([name, token]) => {
    const { scopes, expires }: TestToken = "scopes" in token ? token : { scopes: token };
    return { name, secret: createSecret(), scopes, expires };
  });
  changeTokens(tokensFile, () =>
    made.map(({ name, secret, scopes, expires }, index) => ({
      id: `test-${index}`,
      name,
      scopes: [...scopes],
      hash: hashSecret(secret),
      created: "2026-01-01T00:00:00.000Z",
      ...(expires !== undefined && { expires }),
    })),
  );
  return {
    tokensFile,
    secrets: Object.fromEntries(made.map(({ name, secret }) => [name, secret])) as Record<Name, string>,
  };
}
