"""Contrastive training of the token vectors from prepared data, by the clock or by steps."""

import argparse
import pickle
import time
from ast import literal_eval
from pathlib import Path

import numpy as np

from export import choose_rows
from grams import Vocabulary, gram_length
from model import Bags, cosent, descend, info_nce
from prepare import ARTICLES, PAIRS, SEED, Articles, log
from texts import Corpus


def groups_of(left, right, size):
    """Union-find over pairs: one number per connected component."""
    parent = np.arange(size)

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in zip(left, right):
        parent[root(a)] = root(b)
    return np.array([root(i) for i in range(size)])


class Views:
    """Draws the two texts of a pair. A text is a list of (start, end) ranges of the corpus's units."""

    def __init__(self, corpus, articles, rng):
        self.units, self.a, self.rng = corpus.units, articles, rng

    def title(self, i):
        return [(self.a.start[i, 0], self.a.end[i, 0])]

    def opening(self, i, least=60, most=500):
        start, end = self.a.start[i, 1], self.a.end[i, 1]
        return (start, min(end, start + int(self.rng.integers(least, most))))

    def passage(self, i, least=40, most=160):
        start, end = self.a.start[i, 1], self.a.end[i, 1]
        length = min(end - start, int(self.rng.integers(least, most)))
        at = start + int(self.rng.integers(0, max(1, end - start - length)))
        return (at, at + length)

    def document(self, i):
        """As the archive embeds an article: title and opening; sometimes only one of them."""
        chance = self.rng.random()
        if chance < 0.2:
            return [self.opening(i)]
        return [*self.title(i), self.opening(i)]


class Batches:
    def __init__(self, corpus, articles, prepared, clusters, options, rng):
        self.corpus, self.a, self.rng, self.options = corpus, articles, rng, options
        self.views = Views(corpus, articles, rng)
        t = articles.train
        self.train = t
        events = [e for e in prepared["events"] if e[2] >= options.event_threshold]
        self.events = np.array([(i, j) for i, j, _ in events])
        strong = [e for e in prepared["events"] if e[2] >= 0.3]
        self.story = groups_of([e[0] for e in strong], [e[1] for e in strong], len(articles.day))
        self.headlines = np.array([(i, j) for i, j, s in prepared["headlines"] if s >= 0.72])
        self.topics = np.array(prepared.get("topics", []))
        by_cluster = np.argsort(clusters[t], kind="stable")
        self.clustered = np.split(t[by_cluster], np.flatnonzero(np.diff(clusters[t][by_cluster])) + 1)
        self.event_order = np.argsort(articles.day[self.events[:, 0]], kind="stable")
        self.weibo = corpus.part["pairs-weibo-titles"]
        self.long = t[(articles.end[t, 1] - articles.start[t, 1]) > 260]
        self._pairs()
        self._synonyms()

    def _pairs(self):
        positive, graded, negatives = [], {}, []
        for name in PAIRS:
            part = self.corpus.part[f"pairs-{name}"]
            rows = []
            for r, meta in enumerate(part.meta):
                if name in ("lcqmc", "stsb_zh") and meta.get("split") == "test" or name == "stsb_zh" and meta.get("split") == "dev":
                    continue
                f = part.first[r]
                a, b = (part.start[f], part.end[f]), (part.start[f + 1], part.end[f + 1])
                label = meta.get("label")
                if meta["fields"] == 3:
                    positive.append((a, b))
                    negatives.append((a, b, (part.start[f + 2], part.end[f + 2])))
                    continue
                if name == "ocnli":
                    label = {"entailment": 2, "neutral": 1, "contradiction": 0}.get(label)
                    if label is None:
                        continue
                if name != "pawsx_zh":
                    rows.append((a, b, float(label)))
                if (name == "stsb_zh" and label >= 4) or (name == "ocnli" and label == 2) or (name not in ("stsb_zh", "ocnli") and label == 1):
                    positive.append((a, b))
            if len(rows) > 1000:
                graded[name] = rows
        self.positive, self.graded, self.triples = positive, graded, negatives
        text_of = {}
        key = lambda r: text_of.setdefault(self.corpus.units[r[0] : r[1]].tobytes(), len(text_of))
        ends = [(key(a), key(b)) for a, b in positive]
        group = groups_of([e[0] for e in ends], [e[1] for e in ends], len(text_of))
        self.positive_group = np.array([group[a] for a, _ in ends])

    def _synonyms(self):
        part = self.corpus.part["cilin"]
        self.synonyms = []
        for r, meta in enumerate(part.meta):
            words = [(part.start[t], part.end[t]) for t in range(part.first[r], part.first[r] + meta["fields"])]
            words = [w for w in words if w[1] - w[0] >= 2]
            if len(words) > 1:
                self.synonyms.append(words)

    def _articles(self, size, pool=None):
        """Half of a batch in chunks of like articles (each other's hard negatives), half at random."""
        rng = self.rng
        chosen = []
        while sum(map(len, chosen)) < size * self.options.clustered:
            c = self.clustered[rng.integers(len(self.clustered))]
            chosen.append(rng.choice(c, min(len(c), 96), replace=False))
        chosen.append(rng.choice(self.train if pool is None else pool, size, replace=False))
        return np.unique(np.concatenate(chosen)[:size])

    def draw(self, kind):
        """Returns (texts a, texts b, groups) of one kind."""
        rng, v, size = self.rng, self.views, self.options.batch
        if kind == "title":
            i = self._articles(size)
            return [v.title(x) for x in i], [[v.opening(x)] for x in i], self.story[i]
        if kind == "cloze":
            i = rng.choice(self.long, size, replace=False)
            a, b = [], []
            for x in i:
                p = v.passage(x, 40, 200)
                opening = (self.a.start[x, 1], min(self.a.end[x, 1], self.a.start[x, 1] + 250))
                if p[0] < opening[1]:
                    p = (min(opening[1], self.a.end[x, 1] - 20), min(self.a.end[x, 1], opening[1] + p[1] - p[0]))
                a.append([p])
                b.append([*v.title(x), (opening[0], min(opening[1], p[0]))])
            return a, b, self.story[i]
        if kind == "inside":
            i = self._articles(size, self.long)
            a, b = [], []
            for x in i:
                start, end = self.a.start[x, 1], self.a.end[x, 1]
                middle = start + int((end - start) * rng.uniform(0.3, 0.7))
                one = max(start, middle - int(rng.integers(25, 150)))
                a.append([(one, middle)])
                b.append([(middle, min(end, middle + int(rng.integers(40, 300))))])
            return a, b, self.story[i]
        if kind == "lookup":
            i = self._articles(size)
            a, b = [], []
            for x in i:
                p = v.passage(x, 200, 600)
                length = min(p[1] - p[0], int(rng.integers(8, 30)))
                at = p[0] + int(rng.integers(0, p[1] - p[0] - length + 1))
                gap = at + int(rng.integers(3, max(4, length - 3)))
                a.append([(at, gap), (min(gap + int(rng.integers(0, 4)), at + length), at + length)])
                b.append([p] if rng.random() < 0.7 else [*v.title(x), p])
            return a, b, self.story[i]
        if kind in ("event", "topic"):
            source = self.events if kind == "event" else self.topics
            size = min(size, len(source))
            if kind == "event":
                chosen = []
                while sum(map(len, chosen)) < size // 2:
                    at = rng.integers(len(source) - 128)
                    chosen.append(self.event_order[at : at + 128])
                chosen.append(rng.choice(len(source), size - size // 2, replace=False))
                pick = np.unique(np.concatenate(chosen)[:size])
            else:
                pick = rng.choice(len(source), size, replace=False)
            i, j = source[pick].T
            flip = rng.random(len(i)) < 0.5
            i, j = np.where(flip, j, i), np.where(flip, i, j)
            way = rng.random()
            first = v.title if way < 0.8 else v.document
            second = v.title if way < 0.4 else v.document
            return [first(x) for x in i], [second(x) for x in j], self.story[i]
        if kind == "headline":
            pick = rng.choice(len(self.headlines), min(size, len(self.headlines)), replace=False)
            i, j = self.headlines[pick].T
            second = v.title if rng.random() < 0.5 else v.document
            return [[(self.weibo.start[x], self.weibo.end[x])] for x in i], [second(x) for x in j], self.story[j]
        if kind == "paraphrase":
            pick = rng.choice(len(self.positive), size, replace=False)
            return [[self.positive[x][0]] for x in pick], [[self.positive[x][1]] for x in pick], self.positive_group[pick]
        if kind == "triple":
            pick = rng.choice(len(self.triples), size // 2, replace=False)
            t = [self.triples[x] for x in pick]
            return [[x[0]] for x in t], [[x[1]] for x in t] + [[x[2]] for x in t], np.concatenate([np.arange(len(t)), -1 - np.arange(len(t))])
        if kind == "synonym":
            pick = rng.choice(len(self.synonyms), min(size, len(self.synonyms)), replace=False)
            a, b = [], []
            for x in pick:
                p, q = rng.choice(len(self.synonyms[x]), 2, replace=False)
                a.append([self.synonyms[x][p]])
                b.append([self.synonyms[x][q]])
            return a, b, pick
        raise ValueError(kind)

    def draw_graded(self, size):
        name = self.rng.choice(list(self.graded), p=self.options.graded_shares(self.graded))
        rows = self.graded[name]
        pick = self.rng.choice(len(rows), min(size, len(rows)), replace=False)
        r = [rows[x] for x in pick]
        return [[x[0]] for x in r], [[x[1]] for x in r], np.array([x[2] for x in r])


class Options:
    batch = 1024
    temperature = 0.05
    nested = (128, 64)  # one of them beside all 256 dimensions, in turn
    nested_share = 0.35
    power = 1.0
    event_threshold = 0.25
    clustered = 0.5
    rate = 0.05
    prior = 1e-6
    cooccurrence = 0.6
    long_gram = 0.7
    single = 1.0
    drop = 0.0
    drop_single = 0.0
    mixture = {
        "title": 0.24, "cloze": 0.10, "inside": 0.10, "lookup": 0.12, "event": 0.15, "topic": 0.07, "headline": 0.03,
        "paraphrase": 0.08, "triple": 0.02, "synonym": 0.02, "graded": 0.07,
    }

    def graded_shares(self, graded):
        share = np.array([3.0 if n == "stsb_zh" else 2.0 if n == "lcqmc" else 1.0 for n in graded])
        return share / share.sum()


def start_table(vectors, counts, strings, options, rng):
    """Random directions, which keep tokens apart, plus a share of the co-occurrence vectors, which bring kin together.
    Frequent tokens start short; longer grams too, since their parts are counted beside them."""
    length = np.array([len(s) for s in strings])
    p = counts / counts.sum()
    weight = np.sqrt(1e-3 / (p + 1e-3)) * np.where(length >= 3, options.long_gram, np.where(length == 1, options.single, 1.0))
    random = rng.standard_normal(vectors.shape) / np.sqrt(vectors.shape[1])
    mixed = random + options.cooccurrence * vectors
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    return (mixed * weight[:, None]).astype(np.float32)


def drop_chances(vocabulary, options):
    """Tokens are left out of a text by chance, so that no rare gram learns a text by heart; single characters less often."""
    single = gram_length(vocabulary.keys) == 1
    return np.where(single, options.drop_single, options.drop).astype(np.float32)


def set_options(options, items):
    """Sets the options named by "option=value" items."""
    for item in items:
        name, value = item.split("=", 1)
        setattr(options, name, literal_eval(value))
    return options


def load_prepared(folded, prepared):
    """The corpus, its articles, what prepare.py found and where it begins, and the vocabulary."""
    corpus = Corpus(folded, [*ARTICLES, *[f"pairs-{p}" for p in PAIRS], "pairs-weibo-titles", "cilin"])
    found = pickle.load(open(prepared / "prepared.pkl", "rb"))
    vocabulary = Vocabulary(found["keys"], found["strings"], found["counts"], corpus.classes)
    return corpus, Articles(corpus), found, np.load(prepared / "start.npz"), vocabulary


def step_gradient(batches, kind, vocabulary, units, table, options, step):
    """Draws a batch of one kind; returns its loss, its bag of tokens and the gradient of the bag's means."""
    if kind == "graded":
        a, b, label = batches.draw_graded(512)
    else:
        a, b, group = batches.draw(kind)
    bag = Bags(vocabulary, units, [*a, *b], options.power, drop_chances(vocabulary, options), (step + 1000) << 16)
    pooled = bag.pooled(table)
    n = len(a)
    if kind == "graded":
        loss, da, db = cosent(pooled[:n], pooled[n:], label, options.temperature)
        da, db = 0.25 * da, 0.25 * db
    else:
        dimensions = (table.shape[1], options.nested[step % len(options.nested)])
        loss, da, db = info_nce(pooled[:n], pooled[n:], group[:n], group, options.temperature, dimensions, (1.0, options.nested_share))
    return loss, bag, np.concatenate([da, db]).astype(np.float32)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folded", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--set", action="append", default=[], help="option=value")
    parser.add_argument("--from-table", type=Path)
    parser.add_argument("--rows-of", type=Path, help="start with the tokens of this table")
    parser.add_argument("--size", type=int, default=10**9, help="tokens that are kept")
    parser.add_argument("--prune-at", type=float, default=0.5, help="when the others are dropped, as a part of the run")
    args = parser.parse_args()
    options = set_options(Options(), args.set)
    rng = np.random.default_rng(SEED)
    corpus, articles, prepared, start, vocabulary = load_prepared(args.folded, args.prepared)
    table = start_table(start["vectors"], vocabulary.counts, vocabulary.strings, options, rng)
    keep = np.arange(len(vocabulary))
    if args.from_table:
        held = np.load(args.from_table)
        table, keep = held["table"].astype(np.float32), held["rows"]
        vocabulary = vocabulary.subset(keep)
    if args.rows_of:
        keep = np.load(args.rows_of)["rows"]
        vocabulary, table = vocabulary.subset(keep), table[keep].copy()
    batches = Batches(corpus, articles, prepared, start["clusters"], options, rng)
    log("events", len(batches.events), "headlines", len(batches.headlines), "positives", len(batches.positive), "synonyms", len(batches.synonyms), "topics", len(batches.topics), "stories", len(np.unique(batches.story)))
    kinds = list(options.mixture)
    shares = np.array([options.mixture[k] for k in kinds])
    shares /= shares.sum()
    square = np.full(len(table), 1e-12, np.float32)
    losses = {k: [] for k in kinds}
    began = time.time()
    warm = 40
    step = -warm
    while True:
        done = max(step / args.steps, (time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        if done >= args.prune_at and len(table) > args.size:
            rows = choose_rows(table, vocabulary.counts, args.size)
            log("pruned to", len(rows), "of", len(table), "lengths", np.bincount([len(vocabulary.strings[r]) for r in rows])[:5])
            vocabulary, table, square, keep = vocabulary.subset(rows), table[rows].copy(), square[rows].copy(), keep[rows]
        kind = rng.choice(kinds, p=shares)
        if kind == "topic" and len(batches.topics) == 0:
            kind = "event"
        loss, bag, gradient = step_gradient(batches, kind, vocabulary, corpus.units, table, options, step)
        losses[kind].append(loss)
        rate = 0.0 if step < 0 else options.rate * max(0.03, 1 - done) * min(1, (step + 1) / 100)
        descend([(bag, gradient)], table, square, rate)
        if step == -1:
            seen = square[square > 1e-11]
            log("squared gradients over the first steps", np.percentile(seen, [5, 50, 95, 99.9]))
            square[:] = options.prior
        step += 1
        if step % 200 == 0:
            log(step, f"{time.time() - began:.0f}s", " ".join(f"{k} {np.mean(v[-20:]):.3f}" for k, v in losses.items() if v))
        if step % 1000 == 0 and step > 0:
            np.savez(args.out, table=table, rows=keep)
    np.savez(args.out, table=table, rows=keep)
    log("saved", args.out)


if __name__ == "__main__":
    main()
