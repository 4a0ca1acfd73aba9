import type { FastifyReply, FastifyRequest } from "fastify";
import { isLanguage, type Language, negotiateLanguage } from "./strings/languages.ts";

const COOKIE = "wenxun-language";
const YEAR_S = 31_536_000;

/** The language of a page: `lang=` in the address (then remembered for the site), what was remembered, or what the browser prefers. */
export function chooseLanguage(request: FastifyRequest, reply: FastifyReply, sitePath: string): Language {
  reply.header("vary", "accept, accept-language, cookie");
  const asked = (request.query as Record<string, unknown> | undefined)?.lang;
  if (isLanguage(asked)) {
    reply.header("set-cookie", `${COOKIE}=${asked}; Path=${sitePath}; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`);
    return asked;
  }
  const remembered = new RegExp(`(?:^|; *)${COOKIE}=([A-Za-z-]+)`).exec(request.headers.cookie ?? "")?.[1];
  return isLanguage(remembered) ? remembered : negotiateLanguage(request.headers["accept-language"]);
}

/** The language of a file that a page names with its own in `language=`, which is remembered for nothing else; else what the program prefers. */
export function languageOfFile(request: FastifyRequest, reply: FastifyReply): Language {
  const asked = (request.query as Record<string, unknown> | undefined)?.language;
  if (isLanguage(asked)) return asked;
  reply.header("vary", "accept-language");
  return negotiateLanguage(request.headers["accept-language"]);
}

/** `lang`, `reading` and `density` have done their work; links of the page do not repeat them. */
export function withoutSettings(url: string): string {
  const [path = "/", query = ""] = url.split("?", 2);
  const params = new URLSearchParams(query);
  params.delete("lang");
  params.delete("reading");
  params.delete("density");
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}
