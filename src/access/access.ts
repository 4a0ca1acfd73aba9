import { type AccessRecords, createAccessRecords, recordsPath } from "./access-records.ts";
import { createAddressTest } from "./addresses.ts";
import type { Authentication } from "./authenticate.ts";
import { createLoginFailures, type LoginFailures } from "./failures.ts";
import type { AccessMode, Scope } from "./scopes.ts";
import { createSessions } from "./sessions.ts";
import { createTokenBook } from "./token-book.ts";

export interface AccessOptions {
  /** Who may read. Default `open`: everybody. */
  readonly access?: AccessMode | undefined;
  /** What everybody may do where access is open. Default: search, read and see the server's figures. */
  readonly openScopes?: readonly Scope[] | undefined;
  /** File of the hashes of tokens; undefined: none. */
  readonly tokensFile?: string | undefined;
  /** One token more, which may do everything. */
  readonly token?: string | undefined;
  /** Addresses and networks of proxies that are believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Header in which a trusted proxy names the user. Default `x-forwarded-user`. */
  readonly userHeader?: string | undefined;
  /** What users may do whom a proxy names. Default: search and read. */
  readonly proxyScopes?: readonly Scope[] | undefined;
}

/** Who may do what on a server. */
export interface Access extends Authentication {
  readonly records: AccessRecords;
  readonly failures: LoginFailures;
}

/** @param onProblem told of files that cannot be read or written */
export function createAccess(options: AccessOptions, onProblem: (message: string) => void): Access {
  const { access = "open", openScopes = ["search", "read", "status"], tokensFile, token } = options;
  const { trustedProxies = [], userHeader = "x-forwarded-user", proxyScopes = ["search", "read"] } = options;
  const tokens = createTokenBook({ path: tokensFile, settingToken: token, onProblem });
  const records = createAccessRecords({ path: tokensFile && recordsPath(tokensFile), onProblem });
  return {
    mode: access,
    openScopes,
    proxy: {
      userHeader: userHeader.toLowerCase(),
      scopes: proxyScopes,
      isTrusted: createAddressTest(trustedProxies),
    },
    tokens,
    records,
    sessions: createSessions(tokens, records),
    failures: createLoginFailures(),
  };
}
