"""Third stage: the shipped table learns to rank articles by topics as a teacher of retrieval does (multilingual-e5-small).

    python distil_topics.py FOLDED TAUGHT OUT [--from-model ../models/static-zh] [--steps 2000]

TAUGHT is what teach_topics.py has written so far; OUT becomes a model folder. A batch holds queries of one kind (topics, short headlines,
questions, headlines as queries) and articles out of the same few clusters, so that many of them have to do with each other; the teacher's
ranking of the articles for each query, a softmax over its cosines, is what the student's shall become, and the other way round. Between
these batches, what the table knew when it came is kept: titles, or stretches of bodies, and whole articles, of all that may be read, shall
be as near to each other as they were by the table that it began with, and a stretch nearest to its own article.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from distil import Side, by_label, nearest, soft_cross_entropy, softmax
from export import write_model
from judge import MAX_DOCUMENT_CHARACTERS, TITLE_SHARE, bags_of, load_model
from model import descend, unit
from prepare import SEED, cluster, log, unit_rows
from teach_topics import MODEL, Sources, taught
from train import Options, set_options

# Bodies of whose vectors the mean is taken.
BODIES = 6000
QUERIES = ("topic", "headline", "question", "asked-title")
DOCUMENTS = ("title", "document")


class Topical(Options):
    rate = 0.01
    queries = 384
    documents = 640
    # Of the documents of a batch, how many come out of its clusters; the others by chance.
    clustered = 0.75
    clusters_per_batch = 8
    articles_per_cluster = 60
    # e5 was trained with .01; its cosines of topics and headlines have a standard deviation of .018.
    teacher_temperature = 0.006
    # What an article says of queries counts less than what a query says of articles.
    back = 0.3
    # Of the topics, those that no headline is near to are left out: picked words that say nothing together.
    clear_topics = 0.65
    # An article whose title alone was taught is read whole this often.
    whole = 0.4
    keep_temperature = 0.05
    # Of what a stretch of a body shall be near to, its own article gets this beforehand.
    own = 0.7
    # Neighbours in a file are of the same days, so hard to tell apart: articles of a batch come in rows of so many.
    neighbours = 24
    mixture = {
        ("topic", "title"): 0.20, ("topic", "document"): 0.08, ("headline", "title"): 0.10, ("headline", "document"): 0.04,
        ("question", "title"): 0.03, ("question", "question"): 0.05, ("asked-title", "title"): 0.05, ("asked-title", "document"): 0.05,
        ("keep", "title"): 0.15, ("keep", "detail"): 0.25,
    }


class Batches:
    def __init__(self, sources: Sources, folder: Path, vocabulary, table, options, rng):
        self.sources, self.options, self.rng = sources, options, rng
        self.vocabulary, self.start = vocabulary, table.copy()
        kinds = [kind for kind in (*QUERIES, *DOCUMENTS) if any((folder / kind).glob("*.npz"))]
        self.rows, self.vectors = {}, {}
        for kind in kinds:
            self.rows[kind], self.vectors[kind] = taught(folder, kind)
        able = {*kinds, "keep", "detail"}
        self.mixture = {pair: share for pair, share in options.mixture.items() if share > 0 and able.issuperset(pair)}
        if "topic" in kinds:
            best = best_cosines(self.vectors["topic"], self.vectors["title"])
            clear = best >= np.quantile(best, 1 - options.clear_topics)
            self.rows["topic"], self.vectors["topic"] = self.rows["topic"][clear], self.vectors["topic"][clear]
        pooled = np.concatenate([self.vectors[k] for k in DOCUMENTS if k in kinds]).astype(np.float32)
        middle = pooled.mean(0)
        number = max(16, len(pooled) // options.articles_per_cluster)
        label = cluster(pooled - middle, number, rng, rounds=5)
        centre = np.zeros((number, pooled.shape[1]), np.float32)
        np.add.at(centre, label, pooled - middle)
        centre = unit_rows(centre)
        self.number, self.of_cluster = number, {}
        for kind in kinds:
            v = self.vectors[kind].astype(np.float32)
            # Queries lie elsewhere than articles: each kind is measured from its own middle.
            self.of_cluster[kind] = by_label(nearest(v - v.mean(0), centre), number)

    def _rows(self, kind, clusters, size, share):
        held = [self.of_cluster[kind][c] for c in clusters]
        held = np.concatenate([self.rng.permutation(h)[: max(1, int(share * size) // len(clusters))] for h in held])
        return np.unique(np.concatenate([held, self.rng.integers(0, len(self.rows[kind]), max(0, size - len(held)))]))

    def draw(self, pair):
        """The two sides (units, heads, bodies) and the softmax targets of left to right and of right to left."""
        options, rng = self.options, self.rng
        if pair[0] == "keep":
            return self._keep(pair[1])
        clusters = rng.choice(self.number, options.clusters_per_batch, replace=False)
        if pair[0] == pair[1]:
            rows = rng.permutation(self._rows(pair[0], clusters, options.queries + options.documents, 0.75))
            left, right = rows[: options.queries], rows[options.queries :]
        else:
            left = self._rows(pair[0], clusters, options.queries, 0.9)
            right = self._rows(pair[1], clusters, options.documents, options.clustered)
        queries, documents = (self.vectors[kind][rows].astype(np.float32) for kind, rows in zip(pair, (left, right)))
        similar = queries @ documents.T / np.float32(options.teacher_temperature)
        return (self._texts(pair[0], left), self._texts(pair[1], right)), (softmax(similar), softmax(similar.T))

    def _texts(self, kind, rows):
        rows = self.rows[kind][rows]
        if kind in DOCUMENTS:
            return self._articles(rows, kind == "document" or self.rng.random() < self.options.whole)
        if kind == "asked-title":
            return self._articles(rows, False)
        ranges = self.sources.ranges[kind][rows]
        return self.sources.units[kind], [[tuple(r)] for r in ranges], None

    def _articles(self, rows, whole, most=None):
        heads = [[tuple(r)] for r in self.sources.title[rows]]
        most = self.rng.integers(100, 600, len(rows)) if most is None else np.full(len(rows), most)
        bodies = [[(s, min(e, s + m))] for (s, e), m in zip(self.sources.body[rows], most)] if whole else None
        return self.sources.article_units, heads, bodies

    def _keep(self, by):
        """Titles, or stretches of bodies with a gap, and articles: as near as the table that training began with has them, and a
        stretch also to its own article."""
        rng, options = self.rng, self.options
        begins = rng.integers(0, len(self.sources.title) - options.neighbours, options.documents // options.neighbours)
        right = np.unique(begins[:, None] + np.arange(options.neighbours))
        left = np.sort(rng.choice(len(right), options.queries, replace=False))
        documents = self._articles(right, True, 600)
        if by == "title":
            left = left[self.sources.title[right[left], 1] - self.sources.title[right[left], 0] >= 5]
            queries = self._articles(right[left], False)
        else:
            queries = self.sources.article_units, [self._stretch(*documents[2][i][0]) for i in left], None
        old = [unit(Side(texts[1:], self.vocabulary, texts[0], options, self.start).vectors)[0] for texts in (queries, documents)]
        similar = old[0] @ old[1].T / np.float32(options.keep_temperature)
        forward, backward = softmax(similar), softmax(similar.T)
        if by == "detail":
            forward *= np.float32(1 - options.own)
            forward[np.arange(len(left)), left] += np.float32(options.own)
        return (queries, documents), (forward, backward)

    def _stretch(self, start, end):
        """Some words of a text, with a gap."""
        length = min(end - start, int(self.rng.integers(8, 30)))
        at = start + int(self.rng.integers(0, end - start - length + 1))
        gap = at + int(self.rng.integers(3, max(4, length - 3)))
        return [(at, gap), (min(gap + int(self.rng.integers(0, 4)), at + length), at + length)]


def best_cosines(queries, documents, block=4096):
    documents = documents.T.astype(np.float32)
    return np.concatenate([(queries[at : at + block].astype(np.float32) @ documents).max(1) for at in range(0, len(queries), block)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("taught", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from-model", type=Path, default=MODEL)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--set", action="append", default=[], help="option=value")
    args = parser.parse_args()
    options = set_options(Topical(), args.set)
    rng = np.random.default_rng(SEED)
    sources = Sources(args.folded)
    vocabulary, table = load_model(args.from_model, np.fromfile(args.folded / "classes.u8", np.uint8))
    batches = Batches(sources, args.taught, vocabulary, table, options, rng)
    log({kind: len(rows) for kind, rows in batches.rows.items()}, "clusters", batches.number)
    pairs = list(batches.mixture)
    shares = np.array(list(batches.mixture.values()))
    shares /= shares.sum()
    square = np.full(len(table), options.prior, np.float32)
    losses, began, step = {}, time.time(), 0
    while True:
        done = max(step / args.steps, (time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        pair = pairs[rng.choice(len(pairs), p=shares)]
        sides, (forward, backward) = batches.draw(pair)
        left, right = (Side(texts, vocabulary, units, options, table) for units, *texts in sides)
        dimensions = (table.shape[1], options.nested[step % len(options.nested)])
        shares_of = (1.0, options.nested_share)
        loss, dx, dy = soft_cross_entropy(left.vectors, right.vectors, forward, backward, options.temperature, dimensions, shares_of, options.back)
        # Less than the targets' own entropy no student can reach.
        losses.setdefault(pair, []).append(loss - (entropy(forward) + entropy(backward)) / 2)
        rate = options.rate * max(0.03, 1 - done) * min(1, (step + 1) / 50)
        descend([*left.gradients(dx), *right.gradients(dy)], table, square, rate)
        step += 1
        if step % 100 == 0:
            log(step, f"{time.time() - began:.0f}s", " ".join(f"{k[0]}-{k[1]} {np.mean(v[-15:]):.3f}" for k, v in losses.items()))
    table -= mean_body(table, vocabulary, sources)
    description = json.loads((args.from_model / "model.json").read_text())
    write_model(args.out, description["name"], table, vocabulary.strings, MAX_DOCUMENT_CHARACTERS, TITLE_SHARE)
    log("saved", args.out)


def entropy(shares):
    return float(-(shares * np.log(shares + 1e-9)).sum(1).mean())


def mean_body(table, vocabulary, sources):
    """The mean of what bodies come to, taken from every token: see make.py."""
    some = sources.body[np.random.default_rng(SEED).choice(len(sources.body), BODIES, replace=False)]
    ends = np.minimum(some[:, 1], some[:, 0] + MAX_DOCUMENT_CHARACTERS)
    return bags_of(vocabulary, [[(sources.article_units, s, e)] for s, e in zip(some[:, 0], ends)]).pooled(table).mean(0)


if __name__ == "__main__":
    main()
