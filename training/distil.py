"""Second stage: the token vectors learn to rank as a teacher does, while they keep what the first stage taught them.

    python distil.py FOLDED PREPARED TAUGHT OUT --from-table TABLE.npz [--wholes]

A batch holds texts of two kinds (headlines and articles, questions and articles, …) out of the same few clusters of articles, so
that many of them have to do with each other. For each text the teacher's cosines with all texts of the other side, through a
softmax, are what the student's shall become (cross-entropy, both ways; Hinton et al. 2015, over in-batch candidates). Between these
batches come those of the first stage.

With --wholes, two articles are as near as their whole texts, of which the student sees the titles and openings: a title learns to
find what goes on as its own article does.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from judge import TITLE_SHARE, embed_documents
from model import Bags, descend, through_unit, unit
from prepare import SEED, cluster, count_matrix, log, unit_rows
from train import Batches, Options, load_prepared, set_options, step_gradient

SOURCES = ("title", "document", "headline", "short", "passage")


class Taught(Options):
    """Every text by its teacher vector."""

    rate = 0.03
    teacher_temperature = 0.04
    own = 0.25  # of the target, where a text's own article is on the other side
    clusters = 1000
    clusters_per_batch = 12
    taught_share = 0.65
    # Kinds of the two sides and how often.
    taught = {
        ("title", "document"): 0.40, ("title", "title"): 0.12, ("document", "document"): 0.08,
        ("headline", "document"): 0.10, ("headline", "title"): 0.06, ("headline", "headline"): 0.04,
        ("passage", "document"): 0.10, ("short", "short"): 0.10,
    }
    mixture = {
        "title": 0.12, "cloze": 0.08, "inside": 0.06, "lookup": 0.14, "event": 0.18, "topic": 0.08, "headline": 0.03,
        "paraphrase": 0.12, "triple": 0.03, "synonym": 0.03, "graded": 0.13,
    }


class TaughtWholes(Taught):
    """Articles by what their whole texts have in common, other texts by their teacher vectors."""

    # Cosines of the teacher, of tf-idf and of the first stage's vectors, by these weights.
    whole = (0.5, 2.0, 1.0)
    whole_temperature = 0.05
    own = 0.4
    clusters_per_batch = 8
    taught = Taught.taught | {
        ("title", "document"): 0.32, ("title", "title"): 0.20, ("document", "document"): 0.10,
        ("headline", "document"): 0.08, ("headline", "title"): 0.05,
    }


ARTICLE_KINDS = ("title", "document")
SKETCH = 1024


def whole_vectors(corpus, articles, everything, idf, table, vocabulary, teacher, weights):
    """Unit vectors of the training articles as wholes, float16: the teacher's less their mean, a random projection of tf-idf (count
    sketch, Charikar et al. 2002) and the first stage's, side by side, each scaled by the root of its weight."""
    t = articles.train
    rng = np.random.default_rng(SEED)
    n = len(everything)
    projection = sp.csr_matrix((rng.choice(np.array([-1, 1], np.float32), n), (np.arange(n), rng.integers(0, SKETCH, n))), shape=(n, SKETCH))
    counts = count_matrix(everything, corpus.units, articles.start[t, 1], np.minimum(articles.end[t, 1], articles.start[t, 1] + 900))
    counts = counts + count_matrix(everything, corpus.units, articles.start[t, 0], articles.end[t, 0])
    words = unit_rows(((counts.tocsr().astype(np.float32) @ sp.diags(idf)) @ projection).toarray())
    documents = [[(corpus.units, articles.start[i, k], articles.end[i, k]) for k in (0, 1)] for i in t]
    first = embed_documents(table, vocabulary, documents)
    mean = teacher.mean(0, dtype=np.float32)
    parts = (unit_rows(teacher.astype(np.float32) - mean), words, first)
    return np.hstack([np.float32((w / sum(weights)) ** 0.5) * part for w, part in zip(weights, parts)]).astype(np.float16)


class TaughtBatches:
    def __init__(self, folder, articles, whole, options, rng):
        """`whole`: vectors of the training articles that stand for their titles and documents, or None."""
        self.articles, self.whole, self.options, self.rng = articles, whole, options, rng
        held = {kind: np.load(folder / f"{kind}.npz") for kind in SOURCES}
        self.ranges = {kind: h["ranges"] for kind, h in held.items()}
        self.vectors = {kind: h["vectors"] for kind, h in held.items()}
        documents = self.vectors["document"].astype(np.float32)
        label = cluster(documents if whole is None else whole.astype(np.float32), options.clusters, rng, rounds=6)
        centre = np.zeros((options.clusters, documents.shape[1]), np.float32)
        np.add.at(centre, label, documents)
        centre = unit_rows(centre)
        by_article = ARTICLE_KINDS if whole is not None else ()
        self.of_cluster = {kind: by_label(label if kind in by_article else nearest(v, centre), options.clusters) for kind, v in self.vectors.items()}

    def _rows(self, kind, clusters, size):
        """About `size` texts of a kind out of these clusters; as many at random where they hold too few."""
        held = [self.of_cluster[kind][c] for c in clusters]
        held = np.concatenate([self.rng.choice(h, min(len(h), -(-size // len(clusters))), replace=False) for h in held])
        if len(held) < size:
            held = np.concatenate([held, self.rng.integers(0, len(self.ranges[kind]), size - len(held))])
        return np.unique(held)[:size]

    def draw(self, pair):
        """The two sides (heads and bodies), the softmax targets of left to right and of right to left."""
        size, rng, options = self.options.batch, self.rng, self.options
        clusters = rng.choice(options.clusters, options.clusters_per_batch, replace=False)
        own = pair == ("title", "document")
        if pair[0] == pair[1]:
            # No text stands on both sides: that it is like itself teaches nothing.
            rows = rng.permutation(self._rows(pair[0], clusters, 2 * size))
            left, right = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        else:
            left = self._rows(pair[0], clusters, size)
            right = left if own else self._rows(pair[1], clusters, size)
        if self.whole is not None and pair[0] in ARTICLE_KINDS and pair[1] in ARTICLE_KINDS:
            similar = self.whole[left].astype(np.float32) @ self.whole[right].T.astype(np.float32) / np.float32(options.whole_temperature)
            # An article is so much nearer to itself than any other that their shares are reckoned without it.
            targets = [with_own(s, options.own, -1e4) if own else softmax(s) for s in (similar, similar.T)]
        else:
            a, b = (self.vectors[kind][rows].astype(np.float32) for kind, rows in zip(pair, (left, right)))
            similar = a @ b.T / np.float32(options.teacher_temperature)
            targets = [with_own(s, options.own) if own else softmax(s) for s in (similar, similar.T)]
        headless = own or pair[0] != "document" and rng.random() < 0.3
        return (self._texts(pair[0], left), self._texts(pair[1], right, headless)), targets

    def _texts(self, kind, rows, headless=False):
        """Heads and bodies (lists of ranges a text); a text without a body is all head."""
        ranges = self.ranges[kind][rows]
        if kind != "document":
            return [[tuple(r[0])] for r in ranges], None
        train, a = self.articles.train[rows], self.articles
        most = self.rng.integers(150, 600, len(rows))
        bodies = [[(a.start[i, 1], min(a.end[i, 1], a.start[i, 1] + m))] for i, m in zip(train, most)]
        return (None, bodies) if headless else ([[tuple(r[0])] for r in ranges], bodies)


def nearest(vectors, centre):
    return np.concatenate([(vectors[i : i + 8192].astype(np.float32) @ centre.T).argmax(1) for i in range(0, len(vectors), 8192)])


def by_label(label, number):
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, number)))


def softmax(scores):
    scores = np.exp(scores - scores.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def with_own(similar, own, diagonal=None):
    """The softmax of each row, of which its own article (the diagonal) gets the part `own` beforehand."""
    if diagonal is not None:
        similar = similar.copy()
        np.fill_diagonal(similar, diagonal)
    target = softmax(similar) * np.float32(1 - own)
    target[np.diag_indices(len(target))] += np.float32(own)
    return target


def soft_cross_entropy(x, y, forward, backward, temperature, dimensions, shares, back=1.0):
    """Cross-entropy of the in-batch softmax of x with y, and of y with x (`back` times), against the targets; over nested dimensions.
    Returns the loss over all dimensions and the gradients of x and y."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    loss = 0.0
    for d, share in zip(dimensions, shares):
        a, na = unit(x[:, :d])
        b, nb = unit(y[:, :d])
        scores = (a @ b.T) / np.float32(temperature)
        to, fro = softmax(scores), softmax(scores.T)
        if d == dimensions[0]:
            loss = float(-(forward * np.log(to + 1e-9)).sum(1).mean() - (backward * np.log(fro + 1e-9)).sum(1).mean()) / 2
        gradient = (to - forward) / len(x) + (fro - backward).T * np.float32(back / len(y))
        gradient *= np.float32(share / temperature)
        dx[:, :d] += through_unit(gradient @ b, a, na)
        dy[:, :d] += through_unit(gradient.T @ a, b, nb)
    return loss, dx, dy


class Side:
    """One side of a batch: vectors of texts with a head and a body, as the archive makes them of title and text."""

    def __init__(self, texts, vocabulary, units, options, table):
        self.head, self.body = (t and Bags(vocabulary, units, t, options.power) for t in texts)
        if self.head and self.body:
            self.h, self.nh = unit(self.head.pooled(table))
            self.b, self.nb = unit(self.body.pooled(table))
            self.vectors = TITLE_SHARE * self.h + (1 - TITLE_SHARE) * self.b
        else:
            self.vectors = (self.head or self.body).pooled(table)

    def gradients(self, d):
        """Pairs of a bag and the gradient of its mean."""
        if self.head and self.body:
            return [(self.head, TITLE_SHARE * through_unit(d, self.h, self.nh)), (self.body, (1 - TITLE_SHARE) * through_unit(d, self.b, self.nb))]
        return [(self.head or self.body, d)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("taught", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from-table", type=Path, required=True)
    parser.add_argument("--wholes", action="store_true", help="articles are as near as their whole texts")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--set", action="append", default=[], help="option=value")
    args = parser.parse_args()
    options = set_options(TaughtWholes() if args.wholes else Taught(), args.set)
    rng = np.random.default_rng(SEED)
    corpus, articles, prepared, start, everything = load_prepared(args.folded, args.prepared)
    held = np.load(args.from_table)
    table, keep = held["table"].astype(np.float32), held["rows"]
    vocabulary = everything.subset(keep)
    batches = Batches(corpus, articles, prepared, start["clusters"], options, rng)
    whole = None
    if args.wholes:
        teacher = np.load(args.taught / "document.npz")["vectors"]
        whole = whole_vectors(corpus, articles, everything, start["idf"], table, vocabulary, teacher, options.whole)
    taught = TaughtBatches(args.taught, articles, whole, options, rng)
    log("tokens", len(table), {kind: len(ranges) for kind, ranges in taught.ranges.items()})
    first_kinds, pairs = list(options.mixture), list(options.taught)
    first_shares = np.array(list(options.mixture.values())) / sum(options.mixture.values())
    pair_shares = np.array(list(options.taught.values())) / sum(options.taught.values())
    square = np.full(len(table), options.prior, np.float32)
    losses = {}
    began, step = time.time(), 0
    while True:
        done = max(step / args.steps, (time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        if rng.random() < options.taught_share:
            kind = pairs[rng.choice(len(pairs), p=pair_shares)]
            sides, (forward, backward) = taught.draw(kind)
            left, right = (Side(texts, vocabulary, corpus.units, options, table) for texts in sides)
            dimensions = (table.shape[1], options.nested[step % len(options.nested)])
            loss, dx, dy = soft_cross_entropy(left.vectors, right.vectors, forward, backward, options.temperature, dimensions, (1.0, options.nested_share))
            parts = [*left.gradients(dx), *right.gradients(dy)]
        else:
            kind = first_kinds[rng.choice(len(first_kinds), p=first_shares)]
            loss, bag, d = step_gradient(batches, kind, vocabulary, corpus.units, table, options, step)
            parts = [(bag, d)]
        losses.setdefault(kind, []).append(loss)
        descend(parts, table, square, options.rate * max(0.03, 1 - done) * min(1, (step + 1) / 100))
        step += 1
        if step % 200 == 0:
            log(step, f"{time.time() - began:.0f}s", " ".join(f"{'-'.join(k) if isinstance(k, tuple) else k} {np.mean(v[-20:]):.3f}" for k, v in losses.items()))
        if step % 1000 == 0:
            np.savez(args.out, table=table, rows=keep)
    np.savez(args.out, table=table, rows=keep)
    log("saved", args.out)


if __name__ == "__main__":
    main()
