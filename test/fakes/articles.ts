import type { Article } from "../../src/archive/article.ts";

/** A handful of invented news items in both scripts, for tests that need something to find. */
export const ARTICLES: readonly Article[] = [
  {
    id: "bridge",
    title: "临江大桥通车，两岸通勤缩短半小时",
    body: "临江大桥今日上午正式通车。市民排队步行过桥，有人凌晨四点就来等候。\n\n交通部门说，大桥设有六条车道和两侧步道。",
    url: "https://news.example/bridge?a=1&b=2",
    source: "江湾日报",
    category: "交通",
    publishedAtMs: Date.UTC(2021, 2, 14, 1),
  },
  {
    id: "bridge-hant",
    title: "臨江大橋通車首日 市民排隊過橋",
    body: "臨江大橋啟用首日，步道上擠滿了人。晚間燈光亮起時，許多人停下腳步拍照。",
    url: "https://hant.example/bridge",
    source: "海灣時報",
    category: "交通",
    publishedAtMs: Date.UTC(2021, 2, 15, 3),
  },
  {
    id: "library",
    title: "旧粮仓改成图书馆，周末开放到深夜",
    body: "城西的旧粮仓改成了图书馆。夜里十一点，仍有读者在窗边看书。",
    url: "javascript:alert(1)",
    source: "江湾日报",
    category: "文化",
    publishedAtMs: Date.UTC(2022, 6, 2, 12),
  },
  {
    id: "undated/ünï 100%",
    title: '<script>alert("标题")</script> & 转义',
    body: "没有日期的一条，标题里带着标签。</p><img src=x onerror=alert(1)>",
  },
];
