import { type TSchema, Type } from "typebox";
import { SearchReply, WireHit } from "../api/wire.ts";
import { AREAS, LEVELS } from "./doctor/finding.ts";

/** What a command writes with `--json`, and in each line with `--jsonl`. Fields may be added in later versions; none goes. */
export interface DataShape {
  readonly json: TSchema;
  readonly line: TSchema;
  /** Where the shape is described elsewhere. */
  readonly told?: string;
}

const text = Type.String();
const maybe = (schema: TSchema) => Type.Union([schema, Type.Null()]);
const whole = Type.Integer();
const one = (schema: TSchema): DataShape => ({ json: schema, line: schema });
const list = (schema: TSchema): DataShape => ({ json: Type.Array(schema), line: schema });

const Finding = Type.Object({
  area: Type.Enum([...AREAS]),
  code: text,
  level: Type.Enum([...LEVELS]),
  what: text,
  mend: Type.Optional(text),
});

const Period = Type.Object({ start: text, count: whole, all: whole, share: Type.Number() });

const FollowedSource = Type.Object({
  id: whole,
  kind: text,
  address: text,
  name: maybe(text),
  health: text,
  failures: whole,
  lastCheck: maybe(text),
  lastSuccess: maybe(text),
  nextCheck: maybe(text),
  problem: maybe(text),
  notice: maybe(text),
  missed: maybe(text),
  articles: whole,
  articlesPerDay: Type.Number(),
  waitingPages: whole,
});

const SourceCheck = Type.Object({
  id: whole,
  address: text,
  outcome: text,
  added: whole,
  changed: whole,
  known: whole,
  unusable: whole,
  message: maybe(text),
  nextCheck: maybe(text),
});

const ChangedSource = Type.Object({ id: whole, address: text, done: text });

const Token = Type.Object({
  id: text,
  name: text,
  scopes: Type.Array(text),
  created: text,
  expires: Type.Optional(text),
  lastUsed: Type.Optional(text),
  isExpired: Type.Boolean(),
});

const Problem = Type.Object({ where: text, what: text });

const DeletedArticle = Type.Object({ id: text, title: text, source: maybe(text), published: maybe(text) });

const Article = Type.Object({
  id: text,
  title: text,
  body: text,
  published: Type.Optional(text),
  url: Type.Optional(text),
  source: Type.Optional(text),
  category: Type.Optional(text),
});

/** By the words of the command. The documentation is made of it, and a test holds every command to it. */
export const DATA_SHAPES: Readonly<Record<string, DataShape>> = {
  import: one(
    Type.Object({
      read: whole,
      added: whole,
      updated: whole,
      unchanged: whole,
      repeated: whole,
      rejected: whole,
      stored: whole,
      undated: whole,
      withoutTitle: whole,
      withoutBody: whole,
      seconds: Type.Number(),
      rejectsFile: Type.Optional(text),
      failures: Type.Array(Type.Object({ input: text, message: text })),
    }),
  ),
  follow: list(
    Type.Object({
      id: whole,
      address: text,
      kind: text,
      isNew: Type.Boolean(),
      remark: maybe(text),
      check: maybe(SourceCheck),
    }),
  ),
  "sources list": list(FollowedSource),
  "sources why": one(FollowedSource),
  "sources check": list(SourceCheck),
  "sources pause": list(ChangedSource),
  "sources resume": list(ChangedSource),
  "sources remove": list(ChangedSource),
  search: { json: SearchReply, line: WireHit, told: "the reply of `GET /api/v1/search`" },
  similar: {
    json: Type.Object({ id: text, hits: Type.Array(WireHit) }),
    line: WireHit,
    told: "the reply of `GET /api/v1/articles/ID/similar`",
  },
  count: {
    json: Type.Object({
      query: text,
      mode: text,
      interval: text,
      total: whole,
      undated: whole,
      periods: Type.Array(Period),
    }),
    line: Period,
  },
  "tokens add": one(
    Type.Object({ token: text, id: text, name: text, scopes: Type.Array(text), expires: Type.Optional(text) }),
  ),
  "tokens list": list(Token),
  "tokens revoke": one(Type.Object({ id: text, name: text, revoked: Type.Boolean() })),
  status: one(
    Type.Object({
      archive: Type.Object({
        folder: text,
        articles: whole,
        snapshot: text,
        segments: Type.Optional(whole),
        sources: whole,
        categories: whole,
        wordsOutdated: Type.Boolean(),
        encoderFingerprint: text,
        vectorsOutdated: Type.Boolean(),
        withoutVector: Type.Optional(whole),
        timezone: text,
        created: text,
        diskBytes: whole,
      }),
      encoder: Type.Object({ name: text, fingerprint: text, dimensions: whole }),
      memory: Type.Object({ rssBytes: whole }),
      resources: Type.Array(Type.Object({ key: text, state: text, bytes: whole })),
    }),
  ),
  doctor: {
    json: Type.Object({ healthy: Type.Boolean(), faults: whole, warnings: whole, findings: Type.Array(Finding) }),
    line: Finding,
  },
  verify: one(
    Type.Object({
      articles: whole,
      segments: whole,
      rows: whole,
      problems: Type.Array(Problem),
      leftovers: Type.Array(text),
    }),
  ),
  reindex: one(
    Type.Object({
      encoder: Type.Object({ name: text, fingerprint: text }),
      encoded: whole,
      withoutVector: whole,
      tookMs: Type.Number(),
    }),
  ),
  delete: {
    json: Type.Object({
      dryRun: Type.Boolean(),
      found: whole,
      removed: whole,
      missing: Type.Array(text),
      articles: Type.Array(DeletedArticle),
    }),
    line: DeletedArticle,
  },
  compact: one(Type.Object({ segments: Type.Optional(whole) })),
  export: list(Article),
  backup: one(Type.Object({ folder: text, articles: whole, segments: whole })),
  extract: one(
    Type.Object({
      title: maybe(text),
      published: maybe(text),
      precision: maybe(text),
      author: maybe(text),
      source: maybe(text),
      canonicalUrl: maybe(text),
      language: maybe(text),
      nextPage: maybe(text),
      paragraphs: Type.Array(text),
    }),
  ),
  audit: list(Type.Object({ seq: whole, at: text, what: text, who: text, prev: text, hash: text })),
  "audit verify": one(Type.Object({ files: whole, lines: whole, problems: Type.Array(Problem), tornBytes: whole })),
  "audit head": one(Type.Object({ seq: whole, hash: text })),
  eval: one(Type.Object({ encoder: text, modes: Type.Record(text, Type.Unknown()) })),
  "eval compare": {
    json: Type.Object({ queryCount: whole, leftOut: whole, comparisons: Type.Array(Type.Unknown()) }),
    line: Type.Object({ mode: text, difference: Type.Number(), p: Type.Number() }),
  },
  config: list(Type.Object({ name: text, value: Type.Optional(text), origin: Type.Optional(text) })),
};
