import type { App, ServerContext } from "../../api/context.ts";
import { AppError } from "../../errors.ts";
import { Type } from "../../http/schema.ts";

/** Of the challenge, which is sent back. */
const MAX_CHALLENGE_UNITS = 4096;

const KeyParams = Type.Object({ key: Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" }) });

const HubQuery = Type.Object({
  "hub.mode": Type.Optional(Type.String()),
  "hub.topic": Type.Optional(Type.String()),
  "hub.challenge": Type.Optional(Type.String({ minLength: 1, maxLength: MAX_CHALLENGE_UNITS })),
  "hub.lease_seconds": Type.Optional(Type.String()),
  "hub.reason": Type.Optional(Type.String()),
});

/** Where hubs of feeds call (WebSub): to ask whether they were asked, and to tell of what is new. The key in the address says for which feed. */
export function addHubCallbacks(app: App, { sources }: ServerContext): void {
  app.get(
    "/websub/:key",
    { schema: { hide: true, params: KeyParams, querystring: HubQuery } },
    async ({ params, query }, reply) => {
      const leaseS = query["hub.lease_seconds"] ?? "";
      const answer = sources.answerHub(params.key, {
        mode: query["hub.mode"] ?? "",
        topic: query["hub.topic"],
        challenge: query["hub.challenge"],
        leaseS: /^\d{1,10}$/.test(leaseS) ? Number(leaseS) : undefined,
        reason: query["hub.reason"],
      });
      if (answer === undefined) throw new AppError("not-found", "Nobody here has asked for that.");
      return reply.header("cache-control", "no-store").type("text/plain; charset=utf-8").send(answer);
    },
  );
  app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    // Feeds of any type come; they are read as they come in, and not kept.
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.post("/websub/:key", { schema: { hide: true, params: KeyParams } }, async (request, reply) => {
      const signature = request.headers["x-hub-signature"];
      const isKnown = await sources.hearHub(request.params.key, {
        signature: Array.isArray(signature) ? signature[0] : signature,
        body: request.raw,
      });
      // A hub that is told that it is gone asks no more.
      return reply.status(isKnown ? 202 : 410).send();
    });
  });
}
