import type { App } from "../http/app.ts";

/** The parts of an OpenAPI document that the page shows. */
interface Description {
  readonly info?: { readonly title?: string; readonly description?: string; readonly version?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: { readonly content?: Media };
  readonly responses?: Readonly<Record<string, { readonly content?: Media }>>;
}

type Media = Readonly<Record<string, { readonly schema?: unknown }>>;

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}" +
  "pre{overflow:auto;padding:.6rem;border:1px solid #8886}code{font-size:.95em}h2{margin-top:2rem}";

/** A page at /docs that shows every address out of the server's own description; no script, nothing from elsewhere. */
export function addDocsPage(app: App): void {
  let page: string | undefined;
  app.get("/docs", { schema: { hide: true } }, async (_request, reply) => {
    page ??= renderDocs((await app.describe()) as Description);
    reply.type("text/html; charset=utf-8");
    reply.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    return page;
  });
}

function renderDocs({ info = {}, paths = {} }: Description): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ address: `${method.toUpperCase()} ${path}`, operation })),
  );
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escapeHtml(info.title)}</title><style>${STYLE}</style>`,
    `<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1><p>${escapeHtml(info.description)}`,
    ` For machines: <a href="openapi.json">openapi.json</a>.</p>`,
    ...operations.map(({ address, operation }) => renderOperation(address, operation)),
  ].join("\n");
}

function renderOperation(address: string, { summary, tags = [], requestBody, responses }: Operation): string {
  const schemas = [
    ["Body", firstSchema(requestBody?.content)],
    ["Reply", firstSchema(responses?.["200"]?.content)],
  ] as const;
  const details = schemas.flatMap(([title, schema]) =>
    schema === undefined
      ? []
      : [
          `<details><summary>${title}</summary><pre>${escapeHtml(JSON.stringify(schema, undefined, 2))}</pre></details>`,
        ],
  );
  return `<h2><code>${escapeHtml(address)}</code></h2><p>${escapeHtml(summary)} <small>${escapeHtml(tags.join(", "))}</small></p>${details.join("")}`;
}

const firstSchema = (content: Media | undefined): unknown => Object.values(content ?? {})[0]?.schema;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeHtml = (text = ""): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
