/** A page of one's own: how often each word of a list is written about, week by week. node dashboard.ts [FILE] [WORDS.json] */
import { readFile } from "node:fs/promises";
import { definePage, openArchive, startServer } from "wenxun";

const [file = "articles.csv", wordsFile] = process.argv.slice(2);
const archive = await openArchive("./dashboard-archive");
await archive.import(file);

/** Whatever is heavy, a model or a table: loaded once, by whoever asks first, and shown at /status. */
const words = {
  load: async (): Promise<string[]> =>
    wordsFile === undefined ? ["公车", "雁"] : JSON.parse(await readFile(wordsFile, "utf8")),
  bytes: (list: string[]) => list.join("").length * 2,
};

const weekly = definePage("/weekly", async ({ query, archive, resources, html, form, bars, link }) => {
  using table = await resources.acquire("dashboard:words", words);
  const asked = query.word ?? table.value[0] ?? "";
  const { periods, total } = await archive.count(asked, "week");
  const weeks = periods.filter(({ count }) => count > 0);
  return {
    title: `每周：${asked}`,
    body: html`
      ${form([{ name: "word", label: "词", choices: table.value }], "查看")}
      <p>共 <a href="${link("", { q: asked })}">${total} 篇</a></p>
      ${bars(
        "每周占全部报道的百分比",
        weeks.map(({ start, count, all }) => ({ label: start, value: (100 * count) / all })),
      )}`,
  };
});

const server = await startServer(archive, { port: Number(process.env.PORT ?? 8600), pages: [weekly] });
console.log(`${server.url}/weekly`);
