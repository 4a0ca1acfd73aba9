"""The static model: a text is the weighted sum of its token vectors, made unit length. Kernels for both directions."""

import numpy as np
from numba import njit, prange

from grams import find, scan_keys


@njit(parallel=True)
def bags(units, seg_start, seg_end, text_first, classes, keys, slots, power, drop, seed, capacity, rows, weights, counts):
    """Token bags. Text t holds segments text_first[t] .. text_first[t+1]-1; its distinct rows and weights count**power (scaled
    to sum 1) go to rows[capacity[t]:], their number to counts[t]. Each row is left out of a text with the chance drop[row]."""
    for t in prange(len(counts)):
        first, last = text_first[t], text_first[t + 1]
        size = 4
        for s in range(first, last):
            size += 4 * (seg_end[s] - seg_start[s])
        scratch = np.empty(size, np.uint64)
        found = np.empty(size, np.int32)
        m = 0
        for s in range(first, last):
            n = scan_keys(units, seg_start[s], seg_end[s], classes, scratch)
            for i in range(n):
                row = find(scratch[i], keys, slots)
                if row >= 0:
                    found[m] = row
                    m += 1
        ids = np.sort(found[:m])
        base = capacity[t]
        n = 0
        total = 0.0
        i = 0
        while i < m:
            j = i + 1
            while j < m and ids[j] == ids[i]:
                j += 1
            h = np.uint64(ids[i]) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(seed + t) * np.uint64(0xC2B2AE3D27D4EB4F)
            h = (h ^ (h >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
            if float(h >> np.uint64(40)) / 16777216.0 < drop[ids[i]]:
                i = j
                continue
            w = float(j - i) ** power
            rows[base + n] = ids[i]
            weights[base + n] = w
            total += w
            n += 1
            i = j
        for i in range(n):
            weights[base + i] /= max(total, 1e-9)
        counts[t] = n


@njit(parallel=True, fastmath=True)
def pool(rows, weights, base, counts, table, out):
    d = table.shape[1]
    for t in prange(len(counts)):
        for k in range(d):
            out[t, k] = 0
        for i in range(base[t], base[t] + counts[t]):
            w = weights[i]
            row = table[rows[i]]
            for k in range(d):
                out[t, k] += w * row[k]


@njit
def invert(rows, base, counts, size):
    """Row → places (text, index into rows): first[row] .. first[row+1] of `text` and `place`; and the touched rows."""
    first = np.zeros(size + 1, np.int64)
    for t in range(len(counts)):
        for i in range(base[t], base[t] + counts[t]):
            first[rows[i] + 1] += 1
    touched = np.flatnonzero(first[1:] > 0)
    for r in range(size):
        first[r + 1] += first[r]
    cursor = first[:-1].copy()
    text = np.empty(first[-1], np.int32)
    place = np.empty(first[-1], np.int64)
    for t in range(len(counts)):
        for i in range(base[t], base[t] + counts[t]):
            at = cursor[rows[i]]
            text[at] = t
            place[at] = i
            cursor[rows[i]] += 1
    return touched, first, text, place


@njit(parallel=True, fastmath=True)
def update(touched, first, text, place, weights, gradient, table, square, rate):
    """Row-wise Adagrad."""
    d = table.shape[1]
    for n in prange(len(touched)):
        r = touched[n]
        g = np.zeros(d, np.float32)
        for at in range(first[r], first[r + 1]):
            w = weights[place[at]]
            dt = gradient[text[at]]
            for k in range(d):
                g[k] += w * dt[k]
        total = np.float32(0)
        for k in range(d):
            total += g[k] * g[k]
        square[r] += total / d
        step = rate / np.sqrt(square[r] + 1e-12)
        for k in range(d):
            table[r, k] -= step * g[k]


@njit(parallel=True, fastmath=True)
def softmax_rows(scores, group_a, group_b, loss):
    """In place: softmax of each row less the one-hot of its diagonal; pairs of one group elsewhere are left out."""
    n, m = scores.shape
    for i in prange(n):
        top = scores[i, i]
        for j in range(m):
            if j != i and group_a[i] == group_b[j]:
                scores[i, j] = -1e9
            elif scores[i, j] > top:
                top = scores[i, j]
        total = np.float32(0)
        for j in range(m):
            e = np.exp(scores[i, j] - top)
            scores[i, j] = e
            total += e
        inverse = np.float32(1) / total
        loss[i] = -np.log(scores[i, i] * inverse + 1e-12)
        for j in range(m):
            scores[i, j] *= inverse
        scores[i, i] -= 1


class Bags:
    def __init__(self, vocabulary, units, texts, power, drop=None, seed=0):
        """texts: list (one per text) of lists of (start, end)."""
        self.count = len(texts)
        per = np.fromiter((len(t) for t in texts), np.int64, len(texts))
        segments = np.array([s for t in texts for s in t], np.int64).reshape(-1, 2)
        text_first = np.concatenate([[0], np.cumsum(per)])
        length = 4 * (segments[:, 1] - segments[:, 0])
        ends = np.concatenate([[0], np.cumsum(length)])
        self.base = ends[text_first[:-1]].astype(np.int64)
        self.rows = np.empty(ends[-1] + 4, np.int32)
        self.weights = np.empty(ends[-1] + 4, np.float32)
        self.counts = np.empty(self.count, np.int64)
        if drop is None:
            drop = np.zeros(len(vocabulary), np.float32)
        bags(units, segments[:, 0], segments[:, 1], text_first, vocabulary.classes, vocabulary.keys, vocabulary.slots, power, drop, seed, self.base, self.rows, self.weights, self.counts)

    def pooled(self, table):
        out = np.empty((self.count, table.shape[1]), np.float32)
        pool(self.rows, self.weights, self.base, self.counts, table, out)
        return out


def descend(parts, table, square, rate):
    """One step of row-wise Adagrad. parts: pairs of a bag and the gradient of its means."""
    ends = np.cumsum([0, *[len(bag.rows) for bag, _ in parts]])
    rows, weights, counts = (np.concatenate([getattr(bag, name) for bag, _ in parts]) for name in ("rows", "weights", "counts"))
    base = np.concatenate([bag.base + end for (bag, _), end in zip(parts, ends)])
    gradient = np.concatenate([d for _, d in parts]).astype(np.float32)
    update(*invert(rows, base, counts, len(table)), weights, gradient, table, square, np.float32(rate))


def unit(x):
    norm = np.linalg.norm(x, axis=1, keepdims=True) + 1e-8
    return x / norm, norm


def through_unit(d_unit, unit_vector, norm):
    return (d_unit - (d_unit * unit_vector).sum(1, keepdims=True) * unit_vector) / norm


def info_nce(x, y, group_a, group_b, temperature, dimensions, shares):
    """Symmetric InfoNCE of pairs (x_i, y_i) over nested dimensions; y may have more rows than x (extra negatives).
    Returns the loss and the gradients of x and y."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    loss_sum = 0.0
    n = len(x)
    for d, share in zip(dimensions, shares):
        a, na = unit(x[:, :d])
        b, nb = unit(y[:, :d])
        scores = (a @ b.T) / np.float32(temperature)
        backward = np.ascontiguousarray(scores[:, :n].T)
        loss = np.empty(n, np.float32)
        softmax_rows(scores, group_a, group_b, loss)
        total = loss.mean()
        softmax_rows(backward, group_b[:n], group_a, loss)
        total += loss.mean()
        scores[:, :n] += backward.T
        scores *= np.float32(share / (temperature * n))
        dx[:, :d] += through_unit(scores @ b, a, na)
        dy[:, :d] += through_unit(scores.T @ a, b, nb)
        if d == dimensions[0]:
            loss_sum = total / 2
    return loss_sum, dx, dy


def cosent(x, y, label, temperature):
    """ln(1 + Σ exp((s_j − s_i)/T)) over pairs with label_i > label_j (Su Jianlin 2022), s the cosine of x and y."""
    a, na = unit(x)
    b, nb = unit(y)
    s = (a * b).sum(1)
    z = (s[None, :] - s[:, None]) / temperature
    z[label[:, None] <= label[None, :]] = -np.inf
    top = max(0.0, z.max())
    e = np.exp(z - top)
    total = np.exp(-top) + e.sum()
    p = e / total
    ds = (p.sum(0) - p.sum(1)) / temperature
    g = ds[:, None].astype(np.float32)
    return float(np.log(total) + top), through_unit(g * b, a, na), through_unit(g * a, b, nb)
