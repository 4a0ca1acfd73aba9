import type { TSchema } from "typebox";
import { ALERT_LANGUAGES, CHANNELS, RHYTHMS } from "../alerts/alert.ts";
import { SearchReply, WireHit } from "../api/wire.ts";
import { SEARCH_MODES } from "../archive/request.ts";
import { Type } from "../http/schema.ts";
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
  status: text,
  health: text,
  added: text,
  failures: whole,
  lastCheck: maybe(text),
  lastSuccess: maybe(text),
  lastChange: maybe(text),
  nextCheck: maybe(text),
  problem: maybe(text),
  notice: maybe(text),
  missed: maybe(text),
  articles: whole,
  articlesPerDay: Type.Number(),
  intervalMinutes: Type.Number(),
  waitingPages: whole,
  hub: maybe(text),
  hubStatus: maybe(text),
  hubProblem: maybe(text),
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

const Alert = Type.Object({
  id: whole,
  name: text,
  search: Type.Object({
    query: text,
    mode: Type.Enum([...SEARCH_MODES]),
    sources: Type.Array(text),
    categories: Type.Array(text),
    excludedSources: Type.Array(text),
    excludedCategories: Type.Array(text),
    from: Type.Optional(text),
    to: Type.Optional(text),
    without: Type.Optional(Type.Array(text)),
  }),
  channel: Type.Enum([...CHANNELS]),
  address: text,
  rhythm: Type.Enum([...RHYTHMS]),
  timezone: text,
  language: Type.Enum([...ALERT_LANGUAGES]),
  status: Type.Enum(["active", "paused", "stopped"]),
  at: text,
  problem: maybe(text),
  added: text,
  lastSent: maybe(text),
  nextDigest: maybe(text),
  pending: whole,
});

const AlertPreview = Type.Object({
  days: whole,
  total: whole,
  daysWithArticles: whole,
  relaxed: Type.Optional(Type.Object({ held: whole, wanted: whole })),
  inPieces: Type.Boolean(),
  examples: Type.Array(Type.Object({ id: text, title: text })),
});

const ChangedAlert = Type.Object({ id: whole, name: text, done: text });

const SentMessage = Type.Object({ alert: whole, messageId: text, outcome: text, problem: Type.Optional(text) });

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

const RecordNote = Type.Object({ input: text, line: whole, text });

const DeletedArticle = Type.Object({ id: text, title: text, source: maybe(text), published: maybe(text) });

const ComparedMode = Type.Object({
  mode: text,
  metric: text,
  means: Type.Array(Type.Number()),
  difference: Type.Number(),
  interval: Type.Object({ low: Type.Number(), high: Type.Number() }),
  p: Type.Number(),
  better: whole,
  worse: whole,
  equal: whole,
  moved: Type.Array(Type.Object({ id: text, text, scores: Type.Array(Type.Number()) })),
});

const ComparedRuns = Type.Object({ queryCount: whole, leftOut: whole, comparisons: Type.Array(ComparedMode) });

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
      contradicting: whole,
      colliding: whole,
      differing: whole,
      takenPlaces: whole,
      madeIds: whole,
      badDateCounts: Type.Record(text, whole),
      seconds: Type.Number(),
      articlesPerSecond: Type.Number(),
      fields: Type.Object({
        used: Type.Array(
          Type.Object({ field: text, name: text, articles: whole, byContent: Type.Optional(Type.Boolean()) }),
        ),
        unused: Type.Array(text),
        otherBodies: Type.Array(text),
      }),
      rejectsFile: Type.Optional(text),
      rejectsKept: Type.Optional(whole),
      rejections: Type.Array(RecordNote),
      badDates: Type.Array(RecordNote),
      badIds: Type.Array(RecordNote),
      repeatedIds: Type.Array(RecordNote),
      places: Type.Array(Type.Object({ id: text, before: text, now: text })),
      remarks: Type.Array(text),
      failures: Type.Array(Type.Object({ input: text, message: text })),
      failure: Type.Optional(Type.Object({ code: text, message: text })),
      interrupted: Type.Boolean(),
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
  "alerts list": list(Alert),
  "alerts add": one(Type.Object({ alert: Alert, signingSecret: Type.Optional(text), preview: AlertPreview })),
  "alerts preview": one(AlertPreview),
  "alerts pause": list(ChangedAlert),
  "alerts resume": list(ChangedAlert),
  "alerts remove": list(ChangedAlert),
  "alerts deliver": {
    json: Type.Object({ articles: whole, matches: whole, deliveries: Type.Array(SentMessage) }),
    line: SentMessage,
  },
  "alerts replay": one(Type.Object({ id: whole, messages: whole })),
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
      resources: Type.Array(
        Type.Object({
          key: text,
          state: text,
          bytes: whole,
          loads: whole,
          loadMs: Type.Number(),
          borrowers: whole,
          hits: whole,
        }),
      ),
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
  copy: one(
    Type.Object({
      from: text,
      to: text,
      articles: whole,
      added: whole,
      updated: whole,
      unchanged: whole,
      editions: whole,
      editionsLeft: whole,
      removed: whole,
      others: whole,
      withoutVector: whole,
      digest: text,
      beside: Type.Array(text),
    }),
  ),
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
      captions: Type.Array(text),
      dropped: Type.Array(Type.Object({ text, rule: text })),
      encoding: text,
      notices: Type.Array(text),
      why: Type.Record(text, text),
    }),
  ),
  // What else a line says depends on what was done.
  audit: list(
    Type.Object(
      { seq: whole, at: text, what: text, who: text, prev: text, hash: text },
      { additionalProperties: Type.Unknown() },
    ),
  ),
  "audit verify": one(
    Type.Object({
      files: whole,
      lines: whole,
      head: Type.Object({ seq: whole, hash: text }),
      problems: Type.Array(Problem),
      tornBytes: whole,
    }),
  ),
  "audit head": one(Type.Object({ seq: whole, hash: text })),
  eval: one(
    Type.Object({
      encoder: text,
      encoderName: text,
      reranking: Type.Optional(Type.Object({}, { additionalProperties: Type.Unknown() })),
      documents: whole,
      queries: whole,
      queriesWithoutRelevant: whole,
      queriesWithoutJudgement: whole,
      modes: Type.Record(text, Type.Record(text, Type.Number())),
      intervals: Type.Record(text, Type.Record(text, Type.Array(Type.Number()))),
      "judged@10": Type.Record(text, Type.Number()),
      comparisons: Type.Array(
        Type.Object({ metric: text, mode: text, against: text, difference: Type.Number(), p: Type.Number() }),
      ),
      against: Type.Optional(ComparedRuns),
    }),
  ),
  "eval compare": { json: ComparedRuns, line: ComparedMode },
  config: list(Type.Object({ name: text, value: Type.Optional(text), origin: Type.Optional(text) })),
};
