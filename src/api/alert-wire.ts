import type { Static } from "typebox";
import { ALERT_LANGUAGES, CHANNELS, RHYTHMS } from "../alerts/alert.ts";
import { type FollowedSearch, toFollowedSearch } from "../alerts/followed-search.ts";
import type { AlertPreview } from "../alerts/preview.ts";
import type { AlertSummary, DeliverySummary } from "../alerts/summarize-alert.ts";
import { LACKS, PLAIN_REQUEST, SEARCH_MODES } from "../archive/request.ts";
import { Type } from "../http/schema.ts";
import { MAX_QUERY_UNITS } from "../search/limits.ts";
import { NextCursor } from "./list-page.ts";
import { MAX_FILTER_UNITS, MAX_FILTER_VALUES } from "./wire.ts";

/** Followed searches, as they come and go. */

const orNull = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()]);
const Moment = (description: string) => orNull(Type.String({ format: "date-time", description }));
const Names = () => Type.Array(Type.String({ maxLength: MAX_FILTER_UNITS }), { maxItems: MAX_FILTER_VALUES });
const Mode = () => Type.Enum([...SEARCH_MODES]);
const Lacks = () => Type.Array(Type.Enum([...LACKS]), { maxItems: LACKS.length });

const SearchFields = Type.Object({
  query: Type.String(),
  mode: Mode(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  sources: Type.Array(Type.String()),
  categories: Type.Array(Type.String()),
  excludedSources: Type.Array(Type.String()),
  excludedCategories: Type.Array(Type.String()),
  without: Type.Optional(Lacks()),
});

const AlertFields = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  search: SearchFields,
  channel: Type.Enum([...CHANNELS]),
  address: Type.String(),
  rhythm: Type.Enum([...RHYTHMS]),
  at: Type.String({ description: "When a daily digest comes, HH:MM in the zone." }),
  timezone: Type.String(),
  language: Type.Enum([...ALERT_LANGUAGES]),
  status: Type.Enum(["active", "paused", "stopped"]),
  problem: orNull(
    Type.String({ description: "Why it was stopped, or what went wrong with the last message, in English." }),
  ),
  added: Type.String({ format: "date-time" }),
  lastSent: Moment("When something was sent last."),
  nextDigest: Moment("When the next digest is due; null for what is told at once."),
  pending: Type.Integer({ description: "Articles that wait to be told of." }),
});

export const AlertReply = Type.Unsafe<AlertSummary>(AlertFields);
export const AlertsReply = Type.Object({ alerts: Type.Array(AlertReply), nextCursor: NextCursor });

const DeliveryFields = Type.Object({
  messageId: Type.String({
    description: "The same at every attempt: webhook-id, and part of the Message-ID of a mail.",
  }),
  status: Type.Enum(["waiting", "sent", "failed", "dropped"]),
  created: Type.String({ format: "date-time" }),
  attempts: Type.Integer(),
  nextAttempt: Moment("When it is tried again."),
  problem: orNull(Type.String()),
});

export const AlertDetailReply = Type.Object({
  alert: AlertReply,
  deliveries: Type.Array(Type.Unsafe<DeliverySummary>(DeliveryFields), { description: "The last ones, newest first." }),
});

const PreviewFields = Type.Object({
  days: Type.Integer(),
  total: Type.Integer({ description: "Articles of these days that match, copies included." }),
  daysWithArticles: Type.Integer(),
  relaxed: Type.Union([Type.Object({ held: Type.Integer(), wanted: Type.Integer() }), Type.Null()], {
    description: "Where no article holds all words yet: how many of how many one holds.",
  }),
  examples: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
});

/** How often a search would have told of something. */
export const PreviewReply = Type.Object({ preview: PreviewFields });

export const AddAlertReply = Type.Object({
  alert: AlertReply,
  signingSecret: orNull(Type.String({ description: "By which webhooks are signed; shown this once." })),
  preview: PreviewFields,
});

export const AlertParams = Type.Object({ alert: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

const AskedSearch = Type.Object(
  {
    query: Type.String({
      maxLength: MAX_QUERY_UNITS,
      description: "What the `q` of a search would be; empty: every article.",
    }),
    mode: Type.Optional(Mode()),
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    source: Type.Optional(Names()),
    category: Type.Optional(Names()),
    excludeSource: Type.Optional(Names()),
    excludeCategory: Type.Optional(Names()),
    without: Type.Optional(Lacks()),
  },
  { description: "The search: its words as `query`, everything else by the names that the address of a search has." },
);

export const PreviewAlert = Type.Object({ search: AskedSearch });

export const AddAlert = Type.Object({
  search: AskedSearch,
  channel: Type.Enum([...CHANNELS]),
  address: Type.String({ minLength: 3, maxLength: 2000, description: "An e-mail address, or that of a webhook." }),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  rhythm: Type.Optional(Type.Enum([...RHYTHMS])),
  at: Type.Optional(Type.String({ maxLength: 5, description: "When a daily digest comes, HH:MM." })),
  timezone: Type.Optional(Type.String({ maxLength: 60, description: "IANA zone; default: the archive's." })),
  language: Type.Optional(Type.Enum([...ALERT_LANGUAGES])),
});

export const ChangeAlert = Type.Object({ status: Type.Enum(["active", "paused"]) });

export const ReplayAlert = Type.Object({
  since: Type.Optional(
    Type.String({ format: "date-time", description: "All messages since then; default: those that were given up." }),
  ),
});
export const ReplayReply = Type.Object({ messages: Type.Integer({ description: "That will be sent again." }) });

export function toAskedSearch(asked: Static<typeof AskedSearch>): FollowedSearch {
  const { query, mode = "hybrid", from, to, source = [], category = [], without = [] } = asked;
  return toFollowedSearch({
    ...PLAIN_REQUEST,
    ...{ query, mode, from, to, without, sources: source, categories: category },
    excludedSources: asked.excludeSource ?? [],
    excludedCategories: asked.excludeCategory ?? [],
  });
}

export function toPreviewReply(preview: AlertPreview): Static<typeof PreviewFields> {
  const { days, total, daysWithArticles, relaxed, examples } = preview;
  return {
    days,
    total,
    daysWithArticles,
    relaxed: relaxed ?? null,
    examples: examples.map((example) => ({ ...example })),
  };
}
