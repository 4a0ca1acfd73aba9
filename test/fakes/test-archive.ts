import type { Article } from "../../src/archive/article.ts";
import { openForWriting } from "../../src/compose/open-backend.ts";

const day = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);

/** A few articles in both scripts, one without a date. */
export const ARTICLES: readonly Article[] = [
  {
    id: "bridge",
    title: "跨江大桥今晨通车",
    body: "大桥全长三公里，两岸往来只需五分钟。首日有两万辆汽车驶过。",
    url: "https://news.example/bridge",
    source: "江城早报",
    category: "交通",
    publishedAtMs: day("2024-03-01"),
  },
  {
    id: "software",
    title: "市府開放軟體原始碼",
    body: "資訊局表示，軟體將由學校與圖書館共用。",
    source: "島上新聞",
    category: "科技",
    publishedAtMs: day("2024-05-20"),
  },
  {
    id: "panda",
    title: "熊猫幼崽首次亮相",
    body: "动物园说，幼崽体重已有五公斤，名字将由孩子们投票。",
    source: "江城早报",
    category: "社会",
    publishedAtMs: day("2025-01-10"),
  },
  { id: "undated", title: "一则没有日期的消息", body: "编辑部不知道它写于何时。" },
];

/** Makes an archive of the given articles. */
export async function createTestArchive(folder: string, articles: readonly Article[] = ARTICLES): Promise<void> {
  await using app = await openForWriting({ folder, encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
  await app.writer.put(articles);
}
