/**
 * Writes the types of the client, src/client/api-types.ts, from the description that the server gives: node tools/make-client-types.ts
 * A test compares the file with it.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "../src/compose/create-server.ts";
import { createResources } from "../src/resources/registry.ts";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly description?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const HEAD = "// Made by tools/make-client-types.ts from the API's description; do not edit.\n\n";

/** The types of every operation under `/api/v1`: `SearchParams`, `SearchReply` …, and the codes of errors. */
export function toClientTypes({ paths }: Description): string {
  const operations = Object.entries(paths)
    .filter(([path]) => path.startsWith("/api/v1/"))
    .flatMap(([, methods]) => Object.values(methods));
  const codes =
    operations[0]?.responses.default?.content?.["application/problem+json"]?.schema.properties?.code?.enum ?? [];
  const parts = operations.map(({ operationId = "", summary = "", parameters = [], responses }) => {
    const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    const query = parameters.filter((parameter) => parameter.in === "query");
    const properties = Object.fromEntries(
      query.map(({ name, schema, description }) => [
        name,
        { ...schema, ...(description !== undefined && { description }) },
      ]),
    );
    const required = query.filter((parameter) => parameter.required === true).map((parameter) => parameter.name);
    const params = toType({ type: "object", properties, required }, "");
    const reply = responses[200]?.content?.["application/json"]?.schema ?? {};
    const asked =
      query.length === 0 ? "" : `/** What may be asked of: ${summary}. */\nexport type ${name}Params = ${params};\n\n`;
    return `${asked}/** Reply of: ${summary}. */\nexport type ${name}Reply = ${toType(reply, "")};\n`;
  });
  const errors = `/** Codes of errors. */\nexport type ApiErrorCode = ${toType({ enum: codes }, "")};\n`;
  return HEAD + [...parts, errors].join("\n");
}

function toType(schema: Schema, indent: string): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") {
    const item = toType(schema.items ?? {}, indent);
    const isPair = schema.minItems === 2 && schema.maxItems === 2;
    return isPair
      ? `readonly [${item}, ${item}]`
      : `readonly ${/[ |]/.test(item) && !item.startsWith("{") ? `(${item})` : item}[]`;
  }
  if (schema.type === "object") return toObject(schema, indent);
  return { string: "string", integer: "number", number: "number", boolean: "boolean" }[schema.type ?? ""] ?? "unknown";
}

function toObject({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const comment =
      schema.description === undefined ? "" : `${inner}/** ${schema.description.replaceAll("*/", "*\\/")} */\n`;
    const isRequired = required.includes(name);
    return `${comment}${inner}readonly ${name}${isRequired ? "" : "?"}: ${toType(schema, inner)}${isRequired ? "" : " | undefined"};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/** The description that the server of this checkout gives, whatever archive it would have. */
async function describe(): Promise<Description> {
  const app = await createServer({ backend: new Promise(() => {}), resources: createResources(), version: "0.0.0" });
  const { body } = await app.inject("/openapi.json");
  await app.close();
  return JSON.parse(body) as Description;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, "../src/client/api-types.ts"), toClientTypes(await describe()));
}
