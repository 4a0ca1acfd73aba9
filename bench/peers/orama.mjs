/** Orama, which holds everything in memory: hybrid search of its own, over pairs of characters. */
import { create, insert, search as searchOrama } from "@orama/orama";
import { eachArticle, eachVectorBlock, readManifest, TOP, toTerms } from "./given.ts";

export async function openPeer(folder) {
  const { dimensions } = readManifest(folder);
  const database = create({
    schema: { day: "number", text: "string", vector: `vector[${dimensions}]` },
    components: { tokenizer: { language: "chinese", normalizationCache: new Map(), tokenize: toTerms } },
  });
  const articles = eachArticle(folder);
  for (const { vectors } of eachVectorBlock(folder))
    for (const vector of vectors) {
      const { row, day, title, body } = articles.next().value;
      await insert(database, { id: String(row), day, text: `${title}\n${body}`, vector: Array.from(vector) });
    }
  const ask = async (mode, { text, vector, share, firstDay, lastDay }) => {
    const { hits } = await searchOrama(database, {
      mode,
      term: text,
      properties: ["text"],
      vector: { value: Array.from(vector), property: "vector" },
      similarity: 0,
      limit: TOP,
      ...(share < 1 && { where: { day: { between: [firstDay, lastDay] } } }),
    });
    return hits.map(({ id }) => Number(id));
  };
  return { hybrid: (search) => ask("hybrid", search), nearest: (search) => ask("vector", search) };
}
