import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../access/principal.ts";
import { allows, type Scope } from "../access/scopes.ts";
import { NO_ALERTS } from "../api/alert-desk.ts";
import type { ServerContext } from "../api/context.ts";
import { askerOf } from "../http/asker.ts";
import { toSitePath } from "../http/site.ts";
import { toAbsoluteSite } from "./absolute-site.ts";
import type { Assets } from "./assets.ts";
import { chooseDensity } from "./density-setting.ts";
import { chooseLanguage, withoutSettings } from "./language.ts";
import { createView, type View } from "./pages/view.ts";
import { chooseReading, traditionalOf } from "./reading-setting.ts";

/** Where days begin until the archive says it. */
export const TIMEZONE_BEFORE_OPEN = "Asia/Shanghai";

/** How the reader of a request wants pages. */
export function openView(context: ServerContext, assets: Assets, request: FastifyRequest, reply: FastifyReply): View {
  const timezone = context.peek()?.archive.info.timezone ?? TIMEZONE_BEFORE_OPEN;
  const root = toSitePath(context.publicUrl);
  const language = chooseLanguage(request, reply, root);
  const reading = chooseReading(request, reply, root);
  const density = chooseDensity(request, reply, root);
  const traditional = traditionalOf(request.headers["accept-language"]);
  const home = context.publicUrl === undefined ? undefined : toAbsoluteSite(request, context.publicUrl);
  const here = withoutSettings(request.url).replace(/^\/+/, "");
  const { kind, name, scopes } = principalOf(request);
  const reader = kind === "session" ? name : undefined;
  // A stranger is led to the login; whoever is known would be refused.
  const isLedTo = (scope: Scope): boolean => kind === "anonymous" || allows(scopes, [scope]);
  const tellsOfNew = context.alerts !== NO_ALERTS && isLedTo("alerts");
  const seesStatus = isLedTo("status");
  return createView({
    ...{ root, home, language, assets, here, timezone, reader, reading, traditional, density },
    ...{ tellsOfNew, seesStatus },
  });
}

/** Renders a page when it is the client's turn, and sends it. */
export async function renderPage(
  { turns }: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
  render: () => string,
): Promise<FastifyReply> {
  return sendPage(reply, await turns.run(askerOf(request), render));
}

/** Pages are checked again each time, and may be kept by the browser for going back. */
export const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "private, no-cache").send(page);
