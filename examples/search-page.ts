/** A search page over a file of articles: node search-page.ts [FILE] */
import { openArchive, startServer } from "wenxun";

const archive = await openArchive("./search-page-archive");
await archive.import(process.argv[2] ?? "articles.csv");
const server = await startServer(archive, { port: Number(process.env.PORT ?? 8600) });
console.log(server.url);
