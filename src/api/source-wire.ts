import { Type } from "../http/schema.ts";
import { PUSH_STATUSES } from "../sources/push/push-status.ts";
import type { SourceSummary } from "../sources/summarize-source.ts";
import { NextCursor } from "./list-page.ts";

/** What is followed, as it comes and goes. */

const orNull = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()]);
const Moment = (description: string) => orNull(Type.String({ format: "date-time", description }));

const SourceFields = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(["feed", "sitemap", "page", "folder"]),
  address: Type.String(),
  name: orNull(Type.String({ description: "Given by whoever follows it, or what it calls itself." })),
  status: Type.Enum(["active", "paused", "stopped"]),
  health: Type.Enum(["ok", "failing", "new", "paused", "stopped"]),
  added: Type.String({ format: "date-time" }),
  lastCheck: Moment("When it was looked at last."),
  lastSuccess: Moment("When that went well last."),
  lastChange: Moment("When it showed something new last."),
  nextCheck: Moment("When it is looked at next."),
  intervalMinutes: Type.Integer(),
  failures: Type.Integer({ description: "In a row." }),
  problem: orNull(Type.String({ description: "Why the last look failed, in English." })),
  notice: orNull(Type.String({ description: "What is to be known although it went well." })),
  missed: Moment("When articles were probably missed last: none of the items was known."),
  articles: Type.Integer({ description: "That came from it." }),
  articlesPerDay: Type.Number({ description: "On average of the last seven days." }),
  waitingPages: Type.Integer({ description: "Articles whose page is still to be read." }),
  hub: orNull(
    Type.String({ description: "The hub that the feed names, which tells of what is new at once (WebSub)." }),
  ),
  hubStatus: Type.Union([Type.Enum([...PUSH_STATUSES]), Type.Null()]),
  hubProblem: orNull(Type.String({ description: "Why the hub does not tell, in English." })),
});

export const SourceReply = Type.Unsafe<SourceSummary>(SourceFields);
export const SourcesReply = Type.Object({ sources: Type.Array(SourceReply), nextCursor: NextCursor });

export const AddSourceReply = Type.Object({
  source: SourceReply,
  isNew: Type.Boolean({ description: "False where it was followed already." }),
  remark: orNull(Type.String({ description: "How it was come by, where it is not what was named." })),
});

export const SourceParams = Type.Object({ source: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

export const AddSource = Type.Object({
  url: Type.String({ minLength: 8, maxLength: 4000, pattern: "^[hH][tT][tT][pP][sS]?://" }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "Source of its articles." })),
  fullText: Type.Optional(
    Type.Enum(["auto", "always", "never"], { description: "Whether pages of articles are read for their text." }),
  ),
});

export const ChangeSource = Type.Object({ status: Type.Enum(["active", "paused"]) });
