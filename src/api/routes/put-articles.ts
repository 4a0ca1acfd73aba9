import { Readable } from "node:stream";
import { AppError } from "../../errors.ts";
import { errorReplies, problemReply } from "../../http/error-wire.ts";
import type { ArticleMapper, createMapper } from "../../ingest/article.ts";
import { type DateTexts, parseDateSettings } from "../../ingest/dates/date-settings.ts";
import type { ReadArticles } from "../../ingest/json-body.ts";
import { READING_PARTS } from "../../ingest/reading-parts.ts";
import { encodingName } from "../../text/encodings.ts";
import { loadInTurns } from "../../threads/load-in-turns.ts";
import type { App, ServerContext } from "../context.ts";
import { PutQuery, PutReply } from "../wire.ts";
import type { WriteQueue } from "../write-queue.ts";

/** How often articles with one shared reason are named in an error. */
const MAX_REASONS = 5;

/** Ids that the audit log names of one request. */
const MAX_NOTED_IDS = 20;

const ERRORS = errorReplies(
  "invalid-request",
  "unauthorized",
  "forbidden",
  "payload-too-large",
  "bad-input",
  "overloaded",
  "unavailable",
  "archive-locked",
);

/** The framework's own refusal. */
const UNSUPPORTED_MEDIA_TYPE = problemReply("The body is no JSON.");

/** JSON of any kind, and lines of it. */
const MEDIA_TYPES = /^application\/(?:(?:[\w.-]+\+)?json|(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines))(?:\s*;|\s*$)/i;

/**
 * Adds articles, one JSON object or an array of them, by the rules of import.
 * @param queue in which requests wait, since one writes at a time
 */
export function addPutRoute(app: App, context: ServerContext, queue: WriteQueue): void {
  app.register(async (scope: App) => {
    // The bytes as they come: the reader of import knows what to make of them, and holds no more than it needs.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(MEDIA_TYPES, (_request, payload, done) => done(null, payload));
    scope.post(
      "/articles",
      {
        schema: {
          operationId: "putArticles",
          summary: "Add or replace articles",
          description:
            "One article or any number of them, with the field names and in the layouts of JSON that import knows " +
            "(application/json, application/x-ndjson; other encodings with charset); needs a token with the scope `ingest`.",
          tags: ["articles"],
          security: [{ token: [] }],
          querystring: PutQuery,
          response: { 200: PutReply, 415: UNSUPPORTED_MEDIA_TYPE, ...ERRORS },
        },
      },
      async (request) => {
        const { body, headers, query, routeOptions } = request;
        const { archive } = context.backend();
        // What reads articles is loaded with the first: few servers are sent any.
        await loadInTurns(READING_PARTS);
        const { createMapper } = await import("../../ingest/article.ts");
        const { readArticles } = await import("../../ingest/json-body.ts");
        if (!(body instanceof Readable))
          throw new AppError("invalid-request", "The body is empty; send articles as JSON.");
        const read = await readArticles(body, {
          mapper: createMapperOf(createMapper, { ...query, timezone: query.timezone ?? archive.info.timezone }),
          encoding: charsetOf(headers["content-type"]),
          maxBytes: routeOptions.bodyLimit,
        });
        if (read.articles.length === 0 && read.rejections.length > 0) throw unusable(read);
        const ids = read.articles.slice(0, MAX_NOTED_IDS).map(({ id }) => id);
        const entry = { what: "put", articles: read.articles.length, ids };
        const result = await queue.run(archive, (writer) =>
          context.audit.change(request, entry, () => writer.put(read.articles)),
        );
        const repeated = read.articles.length - result.added - result.updated - result.unchanged;
        return { ...result, repeated, rejected: [...read.rejections] };
      },
    );
  });
}

/** @throws AppError `invalid-request` for a zone or a moment that is none. */
function createMapperOf(create: typeof createMapper, dates: DateTexts): ArticleMapper {
  try {
    return create(parseDateSettings(dates, { earliest: "earliest", latest: "latest" }));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "usage") throw error;
    throw new AppError("invalid-request", error.message, {
      cause: error,
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
  }
}

/** The encoding that the header names, as the standard calls it. @throws AppError `invalid-request` */
function charsetOf(contentType: string | undefined): string | undefined {
  const label = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? "")?.[1];
  if (label === undefined) return undefined;
  const name = encodingName(label);
  if (name === undefined)
    throw new AppError("invalid-request", `There is no encoding "${label}"; charset takes utf-8, gb18030, big5 …`);
  return name;
}

function unusable({ rejections }: ReadArticles): AppError {
  const reasons = rejections.slice(0, MAX_REASONS).map(({ index, reason }) => `record ${index}: ${reason}`);
  const more = rejections.length > MAX_REASONS ? `; and ${rejections.length - MAX_REASONS} more` : "";
  return new AppError("bad-input", `No record can be used: ${reasons.join("; ")}${more}.`);
}
