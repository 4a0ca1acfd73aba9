"""A small transformer over the token vectors, for short texts: what a query means in its context. Tried, not shipped (docs/ENCODER.md).

    python transformer.py FOLDED PREPARED TAUGHT MODEL OUT.npz [--minutes 80]      train
    python transformer.py FOLDED PREPARED TAUGHT MODEL OUT.npz --judge             judge what was trained

A position is a Chinese character or another word. It reads the sum of the grams that begin there and the sum of those that end there.
Layers of attention (pre-norm, GELU) give each position a weight and an addition:

    vector = (Σ weight_i · grams that begin at i) / grams + mean addition_i

Both are set to change nothing at first, so training begins with the static model, whose table stays as it is. Texts of more than
LONGEST positions keep their static vectors: an article's body costs nothing more than before. Batches and losses are those of both
stages of the static model; gradients of vectors are computed for the whole batch and brought back through the transformer in pieces
of one shape (Gao et al. 2021, gradient caching). Needs `jax` and `optax`.
"""

import argparse
import pickle
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numba import njit, prange

from distil import Taught, TaughtBatches, TaughtWholes, soft_cross_entropy, whole_vectors
from evaluate import evaluate_set
from grams import HAN, MAX_GRAM, WORD, find
from judge import TITLE_SHARE, embed_documents, load_model
from model import Bags, cosent, info_nce, through_unit, unit
from prepare import SEED, log
from train import Batches, load_prepared

LAYERS, HEADS, WIDTH, BETWEEN = 2, 4, 256, 768
SHAPES = (12, 20, 32, 48)
LONGEST = SHAPES[-1]
PIECE = 128
RATE, DECAY = 1e-3, 0.01
USUAL_LENGTH = np.float32(0.3)
# Of the first stage's pairs, those that have a short text.
MIXTURE = {"title": 0.14, "lookup": 0.14, "event": 0.2, "topic": 0.1, "headline": 0.04, "paraphrase": 0.15, "triple": 0.04, "synonym": 0.03, "graded": 0.16}
TAUGHT = {("title", "document"): 0.36, ("title", "title"): 0.2, ("headline", "document"): 0.16, ("headline", "title"): 0.1, ("headline", "headline"): 0.06, ("short", "short"): 0.12}


@njit(parallel=True)
def find_grams(units, seg_start, seg_end, text_first, classes, keys, slots, longest, rows, positions):
    """rows[t, i, n] is the table's row of the gram of n + 1 that begins at position i of text t, or −1; positions[t] says how many
    positions there are, or −1 where they are more than `longest`."""
    for t in prange(len(positions)):
        at = 0
        for s in range(text_first[t], text_first[t + 1]):
            i, end = seg_start[s], seg_end[s]
            while i < end:
                kind = classes[units[i]]
                if kind != HAN and kind != WORD:
                    i += 1
                    continue
                if at == longest:
                    at = -1
                    break
                if kind == HAN:
                    key = np.uint64(0)
                    n = 0
                    while n < MAX_GRAM and i + n < end and classes[units[i + n]] == HAN:
                        key = (key << np.uint64(16)) | np.uint64(units[i + n])
                        rows[t, at, n] = find(key, keys, slots)
                        n += 1
                    i += 1
                else:
                    h = np.uint64(0xCBF29CE484222325)
                    while i < end and classes[units[i]] == WORD:
                        h = (h ^ np.uint64(units[i])) * np.uint64(0x100000001B3)
                        i += 1
                    rows[t, at, 0] = find(h | np.uint64(0xF000000000000000), keys, slots)
                at += 1
            if at < 0:
                break
        positions[t] = at


def grams_of(vocabulary, units, texts):
    per = np.fromiter((len(t) for t in texts), np.int64, len(texts))
    segments = np.array([s for t in texts for s in t], np.int64).reshape(-1, 2)
    first = np.concatenate([[0], np.cumsum(per)])
    rows = np.full((len(texts), LONGEST, MAX_GRAM), -1, np.int32)
    positions = np.zeros(len(texts), np.int64)
    find_grams(units, segments[:, 0], segments[:, 1], first, vocabulary.classes, vocabulary.keys, vocabulary.slots, LONGEST, rows, positions)
    return rows, positions


def initial(rng):
    def matrix(a, b, scale=1.0):
        return (rng.standard_normal((a, b)) * scale / np.sqrt(a)).astype(np.float32)

    ones, zeros = (lambda n: np.ones(n, np.float32)), (lambda *n: np.zeros(n, np.float32))
    layer = lambda: {
        "norm": ones(WIDTH), "qkv": matrix(WIDTH, 3 * WIDTH), "out": matrix(WIDTH, WIDTH, 0.5),
        "norm2": ones(WIDTH), "up": matrix(WIDTH, BETWEEN), "up_bias": zeros(BETWEEN), "down": matrix(BETWEEN, WIDTH, 0.5),
    }
    return {
        "begin": matrix(WIDTH, WIDTH, 0.7), "end": matrix(WIDTH, WIDTH, 0.7), "place": matrix(LONGEST, WIDTH, 0.3),
        "layers": [layer() for _ in range(LAYERS)],
        "norm": ones(WIDTH), "weight": zeros(WIDTH), "addition": zeros(WIDTH, WIDTH),
    }


def normal(x, gain):
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * gain


def forward(params, table, rows, scale):
    """rows (texts, positions, MAX_GRAM) → vectors (texts, WIDTH) in the static model's scale, of which `scale` is a usual length."""
    n, length, _ = rows.shape
    grams = jnp.where((rows >= 0)[..., None], table[jnp.maximum(rows, 0)], 0)
    there = (rows >= 0).any(-1)
    begin = grams.sum(2)
    end = sum(jnp.pad(grams[:, : length - k, k], ((0, 0), (k, 0), (0, 0))) for k in range(MAX_GRAM))
    x = normal(begin, 1.0) @ params["begin"] + normal(end, 1.0) @ params["end"] + params["place"][:length]
    bias = jnp.where(there, 0.0, -1e9)[:, None, None, :]
    for layer in params["layers"]:
        q, k, v = jnp.split((normal(x, layer["norm"]) @ layer["qkv"]).reshape(n, length, 3 * HEADS, -1), 3, axis=2)
        attention = jax.nn.softmax(jnp.einsum("nihd,njhd->nhij", q, k) / np.sqrt(WIDTH // HEADS) + bias, -1)
        x = x + jnp.einsum("nhij,njhd->nihd", attention, v).reshape(n, length, WIDTH) @ layer["out"]
        x = x + jax.nn.gelu(normal(x, layer["norm2"]) @ layer["up"] + layer["up_bias"]) @ layer["down"]
    x = normal(x, params["norm"]) * there[..., None]
    weight = 1 + x @ params["weight"]
    static = (weight[..., None] * begin).sum(1) / jnp.maximum((rows >= 0).sum((1, 2)), 1)[:, None]
    return static + scale * (x @ params["addition"]).sum(1) / jnp.maximum(there.sum(1), 1)[:, None]


forward_piece = jax.jit(forward)


@jax.jit
def backward_piece(params, table, rows, scale, gradient, total):
    _, pull = jax.vjp(lambda p: forward(p, table, rows, scale), params)
    return jax.tree.map(jnp.add, total, pull(gradient)[0])


class Encoder:
    def __init__(self, params, table, vocabulary):
        self.params, self.table, self.vocabulary = params, table, vocabulary
        self.on_device = jnp.asarray(table)

    def pieces(self, positions, which):
        for shortest, shape in zip((0, *SHAPES), SHAPES):
            chosen = which[(positions[which] > shortest) & (positions[which] <= shape)]
            for at in range(0, len(chosen), PIECE):
                yield shape, chosen[at : at + PIECE]

    def read(self, units, texts, contextual=True):
        """Vectors of texts (lists of ranges), not of unit length; and what backward() needs of them."""
        vectors = Bags(self.vocabulary, units, texts, 1.0).pooled(self.table)
        if not contextual:
            return vectors, None
        rows, positions = grams_of(self.vocabulary, units, texts)
        pieces = list(self.pieces(positions, np.arange(len(texts))))
        for shape, chosen in pieces:
            vectors[chosen] = np.asarray(forward_piece(self.params, self.on_device, padded(rows[chosen, :shape]), USUAL_LENGTH))[: len(chosen)]
        return vectors, (rows, pieces)

    def backward(self, kept, gradient, total):
        rows, pieces = kept
        for shape, chosen in pieces:
            g = np.zeros((PIECE, WIDTH), np.float32)
            g[: len(chosen)] = gradient[chosen]
            total = backward_piece(self.params, self.on_device, padded(rows[chosen, :shape]), USUAL_LENGTH, g, total)
        return total


def padded(rows):
    return np.concatenate([rows, np.full((PIECE - len(rows), *rows.shape[1:]), -1, np.int32)]) if len(rows) < PIECE else rows


class Side:
    """One side of a batch: texts with a head and a body, of which the body stays static."""

    def __init__(self, encoder, units, texts, contextual=True):
        head, body = texts
        self.encoder, self.both = encoder, head is not None and body is not None
        self.kept = None
        if head is not None:
            self.vectors, self.kept = encoder.read(units, head, contextual)
        if body is not None:
            bodies = encoder.read(units, body, contextual=False)[0]
            if self.both:
                self.h, self.nh = unit(self.vectors)
                self.vectors = TITLE_SHARE * self.h + (1 - TITLE_SHARE) * unit(bodies)[0]
            else:
                self.vectors = bodies

    def backward(self, d, total):
        if self.kept is None:
            return total
        return self.encoder.backward(self.kept, TITLE_SHARE * through_unit(d, self.h, self.nh) if self.both else d, total)


def train(args, encoder, units, batches, taught, options):
    rng = np.random.default_rng(SEED)
    schedule = lambda done, step: args.rate * min(1, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done))
    optimiser = optax.inject_hyperparams(optax.adamw)(learning_rate=args.rate, b2=0.98, weight_decay=DECAY)
    state = optimiser.init(encoder.params)
    apply = jax.jit(lambda g, s, p: (lambda u, s: (optax.apply_updates(p, u), s))(*optimiser.update(g, s, p)))
    kinds, pairs = list(MIXTURE), list(TAUGHT)
    shares = np.array(list(MIXTURE.values())) / sum(MIXTURE.values())
    pair_shares = np.array(list(TAUGHT.values())) / sum(TAUGHT.values())
    losses, began, step = {}, time.time(), 0
    while (done := (time.time() - began) / (60 * args.minutes)) < 1:
        dimensions = (WIDTH, options.nested[step % len(options.nested)])
        if rng.random() < options.taught_share:
            which = int(rng.integers(2))
            pair = pairs[rng.choice(len(pairs), p=pair_shares)]
            kind = ("texts", "wholes")[which] + " " + "-".join(pair)
            (left, right), (forth, back) = taught[which].draw(pair)
            # Half of the time what is found has its static title: then a query alone can be read in context.
            left, right = Side(encoder, units, left), Side(encoder, units, right, contextual=rng.random() < 0.5)
            loss, dx, dy = soft_cross_entropy(left.vectors, right.vectors, forth, back, options.temperature, dimensions, (1.0, options.nested_share))
        else:
            kind = kinds[rng.choice(len(kinds), p=shares)]
            if kind == "graded":
                a, b, label = batches.draw_graded(512)
                left, right = Side(encoder, units, (a, None)), Side(encoder, units, (b, None))
                loss, dx, dy = cosent(left.vectors, right.vectors, label, options.temperature)
                dx, dy = 0.25 * dx, 0.25 * dy
            else:
                a, b, group = batches.draw(kind)
                left, right = Side(encoder, units, (a, None)), Side(encoder, units, (b, None), contextual=rng.random() < 0.5)
                loss, dx, dy = info_nce(left.vectors, right.vectors, group[: len(a)], group, options.temperature, dimensions, (1.0, options.nested_share))
        total = jax.tree.map(jnp.zeros_like, encoder.params)
        total = right.backward(dy.astype(np.float32), left.backward(dx.astype(np.float32), total))
        state.hyperparams["learning_rate"] = jnp.float32(schedule(done, step))
        encoder.params, state = apply(total, state, encoder.params)
        losses.setdefault(kind, []).append(loss)
        step += 1
        if step % 50 == 0:
            log(step, f"{time.time() - began:.0f}s", " ".join(f"{k} {np.mean(v[-15:]):.3f}" for k, v in sorted(losses.items())))
            save(args.out, encoder.params)
    save(args.out, encoder.params)
    log("saved", args.out, step, "steps")


def save(path, params):
    np.savez(path, *map(np.asarray, jax.tree.leaves(params)))


def load(path):
    held = np.load(path)
    shape = initial(np.random.default_rng(0))
    return jax.tree.unflatten(jax.tree.structure(shape), [held[name] for name in held.files])


def embed(encoder, texts, contextual=True):
    out = []
    for at in range(0, len(texts), 4096):
        some = texts[at : at + 4096]
        out.append(unit(encoder.read(some[0][0][0], [[(s, e) for _, s, e in ranges] for ranges in some], contextual)[0])[0])
    return np.concatenate(out).astype(np.float32)


def judge(encoder, sets):
    """nDCG@10 of meaning: all static; queries in context; half of both; queries and titles (or documents as short) in context."""
    for s in sets:
        static = embed_documents(encoder.table, encoder.vocabulary, s.documents)
        titles = embed(encoder, [ranges[:1] for ranges in s.documents])
        if len(s.documents[0]) == 1:
            context = titles
        else:
            bodies = embed_documents(encoder.table, encoder.vocabulary, s.documents, share=0.0)
            context = unit(TITLE_SHARE * titles + (1 - TITLE_SHARE) * bodies)[0]
        plain, asked = embed(encoder, s.queries, contextual=False), embed(encoder, s.queries)
        for name, q, d in (("static", plain, static), ("queries", asked, static), ("half", unit(plain + asked)[0], static), ("both", asked, context)):
            r = evaluate_set(s, q, d)
            print(f"  {s.name:14s} {name:8s} semantic {r['semantic'][0]:.4f} R@100 {r['semantic'][2]:.3f}  fused .4 {r[0.4][0]:.4f} .5 {r[0.5][0]:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("taught", type=Path)
    parser.add_argument("model", type=Path, help="folder of the static model that it begins with")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--judge", action="store_true")
    args = parser.parse_args()
    classes = np.fromfile(args.folded / "classes.u8", np.uint8)
    vocabulary, table = load_model(args.model, classes)
    if args.judge:
        judge(Encoder(load(args.out), table, vocabulary), pickle.load(open(args.prepared / "sets.pkl", "rb")))
        return
    rng = np.random.default_rng(SEED)
    corpus, articles, prepared, start, everything = load_prepared(args.folded, args.prepared)
    options = Taught()
    batches = Batches(corpus, articles, prepared, start["clusters"], options, rng)
    teacher = np.load(args.taught / "document.npz")["vectors"]
    wholes = TaughtWholes()
    whole = whole_vectors(corpus, articles, everything, start["idf"], table, vocabulary, teacher, wholes.whole)
    taught = [TaughtBatches(args.taught, articles, None, options, rng), TaughtBatches(args.taught, articles, whole, wholes, rng)]
    encoder = Encoder(initial(rng), table, vocabulary)
    log("parameters", sum(x.size for x in jax.tree.leaves(encoder.params)))
    train(args, encoder, corpus.units, batches, taught, options)


if __name__ == "__main__":
    main()
