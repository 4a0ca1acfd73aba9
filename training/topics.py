"""Makes up what people type into an archive, one to four words each, out of titles and bodies; written beside the folded texts.

    python topics.py FOLDED DATA [--articles 90000]

Each topic is drawn from one article: words that stand together, words picked out of a headline in their order, its kind of event (the
names left out), or words of one sentence of the body. Some words give way to synonyms. Both scripts and regional forms are one, since the
texts are folded. Needs `pip install jieba==0.42.1`, which tells words and their kinds apart.

Writes FOLDED/topics.u16, .off and .jsonl, as fold.ts writes texts; a line of the last names the article (its place in `readable`) and
how the topic was made. Articles come in turn from every source, so that any first part of the file is spread over all of them.
"""

import argparse
import gzip
import json
import logging
import re
from pathlib import Path

import numpy as np

from prepare import ARTICLES, SEED, Articles, log
from texts import Corpus, Texts

NEWS_2023 = "news-news2023"
NAMES = ("nr", "ns", "nt", "nz", "nrt", "nrfg", "eng")
# What may begin and end a topic: kinds of words as jieba has them.
CONTENT = ("n", "v", "a", "j", "i", "l", "eng")
# Words of many headlines that are no matter of theirs.
EMPTY = frozenset(
    """记者 消息 报道 新闻 联播 视频 快讯 表示 称 是 有 要 会 能 可以 可能 进行 举行 以来 如何 怎么 什么 为什么 看待 评价 认为 觉得 体验 应该 需要
    成为 没有 开始 相关 今天 今年 昨日 日 年 月 时 最 更 很 不 将 被 来 去 让 使 做 想 说""".split()
)
LEAST, MOST = 3, 12
SYNONYM_CHANCE = 0.15
SPACES_CHANCE = 0.4
SENTENCE = re.compile(r"[^。!?;！？；\n]{8,60}")


class Readable:
    """Every article that training may read: those of `Articles.train`, then the texts of 2023 (no titles) but those that news_qa asks
    about, near-copies included. Rows of `title` and `body` are ranges of the corpus's units."""

    def __init__(self, folded: Path):
        self.corpus = Corpus(folded, [*ARTICLES, NEWS_2023])
        articles = Articles(self.corpus)
        part = self.corpus.part[NEWS_2023]
        asked = Texts(folded / "eval-news_qa-corpus")
        opening = lambda units, start, end: units[start : min(end, start + 60)].tobytes()
        known = {opening(asked.units, asked.start[f + 1], asked.end[f + 1]) for f in asked.first}
        ids = {meta["id"] for meta in asked.meta}
        kept = [
            f for f, meta in zip(part.first, part.meta)
            if meta["id"] not in ids
            and part.end[f + 1] - part.start[f + 1] >= 40
            and opening(part.units, part.start[f + 1], part.end[f + 1]) not in known
        ]
        kept = np.array(kept)
        t = articles.train
        self.articles = articles
        self.title = np.concatenate([np.stack([articles.start[t, 0], articles.end[t, 0]], 1), np.stack([part.start[kept], part.end[kept]], 1)])
        self.body = np.concatenate([np.stack([articles.start[t, 1], articles.end[t, 1]], 1), np.stack([part.start[kept + 1], part.end[kept + 1]], 1)])
        self.source = np.concatenate([np.minimum(articles.source[t], 10), np.full(len(kept), 20)])

    def __len__(self):
        return len(self.title)

    def spell(self, start, end):
        return self.corpus.units[start:end].tobytes().decode("utf-16-le", "replace")

    def in_turn(self, rng):
        """All articles, one of each source in turn, by chance within a source."""
        order = rng.permutation(len(self))
        place = np.zeros(len(self))
        for source in np.unique(self.source):
            mine = order[self.source[order] == source]
            place[mine] = np.arange(len(mine))
        return order[np.argsort(place[order], kind="stable")]


def synonyms(data: Path):
    """Word → its synonyms, where it stands in one group alone: of a word with several senses nobody knows which is meant."""
    groups, senses = [], {}
    for line in gzip.open(data / "lexicon" / "cilin.txt.gz", "rt", encoding="utf-8"):
        code, *words = line.split()
        if not code.endswith("="):
            continue
        words = [w for w in words if 2 <= len(w) <= 4]
        for word in words:
            senses.setdefault(word, []).append(len(groups))
        groups.append(words)
    return {w: [o for o in groups[g[0]] if o != w] for w, g in senses.items() if len(g) == 1 and len(groups[g[0]]) > 1}


class Maker:
    def __init__(self, words_like, rng):
        import jieba.posseg

        jieba.setLogLevel(logging.ERROR)
        self.cut, self.like, self.rng = jieba.posseg.lcut, words_like, rng

    def words(self, text):
        return [(w.word, w.flag) for w in self.cut(text)]

    @staticmethod
    def matters(word, flag):
        return flag.startswith(CONTENT) and word not in EMPTY and not word.isspace() and any(c.isalnum() for c in word)

    def together(self, words):
        """Words that stand together; the first and the last are of matter."""
        begin = [i for i, (w, f) in enumerate(words) if self.matters(w, f)]
        if not begin:
            return None
        first = int(self.rng.choice(begin))
        last = first + int(self.rng.integers(2, 5))
        chosen = words[first:last]
        while chosen and not self.matters(*chosen[-1]):
            chosen.pop()
        for n, (word, _) in enumerate(chosen):
            if not any(c.isalnum() for c in word):
                chosen = chosen[:n]
                break
        return [w for w, _ in chosen], ""

    def picked(self, words, names=True):
        """Two or three words of matter in their order."""
        able = [w for w, f in words if self.matters(w, f) and len(w) >= 2 and (names or not f.startswith(NAMES))]
        able = list(dict.fromkeys(able))
        if len(able) < 2:
            return None
        number = min(len(able), int(self.rng.choice([2, 3, 4], p=[0.6, 0.32, 0.08])))
        # Mostly neighbours: what is picked from all over a long headline says no one thing.
        at = int(self.rng.integers(0, len(able) - number + 1))
        chosen = able[at : at + number] if self.rng.random() < 0.6 else [able[i] for i in sorted(self.rng.choice(len(able), number, replace=False))]
        return chosen, " " if self.rng.random() < SPACES_CHANCE else ""

    def alone(self, words):
        able = [w for w, f in words if self.matters(w, f) and len(w) >= 3]
        return ([str(self.rng.choice(able))], "") if able else None

    def topic(self, text, kind):
        words = self.words(text)
        made = {
            "together": self.together, "picked": self.picked, "event": lambda w: self.picked(w, names=False), "alone": self.alone,
        }[kind](words)
        if made is None:
            return None
        chosen, between = made
        able = [i for i, w in enumerate(chosen) if w in self.like]
        if able and self.rng.random() < SYNONYM_CHANCE:
            at = int(self.rng.choice(able))
            chosen[at] = str(self.rng.choice(self.like[chosen[at]]))
        said = between.join(chosen)
        return said if LEAST <= len(said.replace(" ", "")) <= MOST else None


KINDS = {"together": 0.4, "picked": 0.32, "event": 0.2, "alone": 0.08}
BODY_CHANCE = 0.3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=90_000)
    parser.add_argument("--each", type=int, default=2, help="topics an article")
    args = parser.parse_args()
    rng = np.random.default_rng(SEED)
    readable = Readable(args.folded)
    maker = Maker(synonyms(args.data), rng)
    kinds, shares = list(KINDS), list(KINDS.values())
    chosen = readable.in_turn(rng)[: args.articles]
    log("articles", len(readable), "of which", len(chosen), "are asked about")
    offsets, seen = [0], set()
    with open(args.folded / "topics.u16", "wb") as units, open(args.folded / "topics.jsonl", "w", encoding="utf-8") as lines:
        for turn in range(args.each):
            for n, i in enumerate(chosen):
                title = readable.spell(*readable.title[i])
                text, where = title, "title"
                if len(title) < 5 or rng.random() < BODY_CHANCE:
                    start, end = readable.body[i]
                    sentences = SENTENCE.findall(readable.spell(start, min(end, start + (160 if len(title) < 5 else 500))))
                    if not sentences:
                        continue
                    text, where = sentences[int(rng.integers(0, len(sentences)))], "body"
                kind = str(rng.choice(kinds, p=shares))
                topic = maker.topic(text, kind)
                if topic is None or topic in seen:
                    continue
                seen.add(topic)
                bytes_ = topic.encode("utf-16-le")
                units.write(bytes_)
                offsets.append(offsets[-1] + len(bytes_) // 2)
                lines.write(json.dumps({"fields": 1, "article": int(i), "kind": kind, "of": where}) + "\n")
                if len(offsets) % 10_000 == 0:
                    log(turn, n, topic)
    np.array(offsets, np.uint32).tofile(args.folded / "topics.off")
    log(len(offsets) - 1, "topics")


if __name__ == "__main__":
    main()
