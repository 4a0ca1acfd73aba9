"""Tokens of folded text: 1- to 4-grams of Han runs, other words whole. The same as src/encoder/static reads.

`classes` is the product's own table of UTF-16 units (src/text/runs.ts): 1 Han, 2 other letters and digits, 0 a separator.
"""

import numpy as np
from numba import njit, prange

MAX_GRAM = 4


HAN, WORD = 1, 2


@njit
def scan_keys(units, start, end, classes, out):
    """Writes a 64-bit key per token of units[start:end] to out; returns how many. A Han n-gram is its units side by side (all
    of them under 0xF000), a word an FNV-1a hash with the top four bits set."""
    n = 0
    i = start
    while i < end:
        u = units[i]
        if classes[u] == HAN:
            key = np.uint64(0)
            length = 0
            while length < MAX_GRAM and i + length < end and classes[units[i + length]] == HAN:
                key = (key << np.uint64(16)) | np.uint64(units[i + length])
                out[n] = key
                n += 1
                length += 1
            i += 1
        elif classes[u] == WORD:
            h = np.uint64(0xCBF29CE484222325)
            while i < end and classes[units[i]] == WORD:
                h = (h ^ np.uint64(units[i])) * np.uint64(0x100000001B3)
                i += 1
            out[n] = h | np.uint64(0xF000000000000000)
            n += 1
        else:
            i += 1
    return n


@njit
def all_keys(units, starts, ends, classes):
    total = 0
    for t in range(len(starts)):
        total += 4 * (ends[t] - starts[t])
    out = np.empty(total, np.uint64)
    n = 0
    for t in range(len(starts)):
        n += scan_keys(units, starts[t], ends[t], classes, out[n:])
    return out[:n]


@njit
def build_table(keys):
    """Open addressing: slot → row, or -1."""
    size = 1
    while size < 4 * len(keys):
        size *= 2
    slots = np.full(size, -1, np.int32)
    mask = np.uint64(size - 1)
    for row in range(len(keys)):
        s = (keys[row] * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)) & mask
        while slots[s] >= 0:
            s = (s + np.uint64(1)) & mask
        slots[s] = row
    return slots


@njit(inline="always")
def find(key, keys, slots):
    mask = np.uint64(len(slots) - 1)
    s = (key * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)) & mask
    while slots[s] >= 0:
        if keys[slots[s]] == key:
            return slots[s]
        s = (s + np.uint64(1)) & mask
    return np.int32(-1)


@njit(parallel=True)
def tokenize_ranges(units, starts, ends, classes, keys, slots, buffer, offsets, counts):
    for t in prange(len(starts)):
        base = offsets[t]
        scratch = np.empty(4 * (ends[t] - starts[t]) + 4, np.uint64)
        n = scan_keys(units, starts[t], ends[t], classes, scratch)
        m = 0
        for i in range(n):
            row = find(scratch[i], keys, slots)
            if row >= 0:
                buffer[base + m] = row
                m += 1
        counts[t] = m


class Vocabulary:
    def __init__(self, keys: np.ndarray, strings: list[str], counts: np.ndarray, classes: np.ndarray):
        self.keys, self.strings, self.counts, self.classes = keys, strings, counts, classes
        self.slots = build_table(keys)

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, units, starts, ends):
        """The rows of every range, as (flat array with gaps, offsets, counts)."""
        offsets = np.concatenate([[0], np.cumsum(4 * (ends - starts) + 4)]).astype(np.int64)
        buffer = np.empty(offsets[-1], np.int32)
        counts = np.empty(len(starts), np.int64)
        tokenize_ranges(units, starts, ends, self.classes, self.keys, self.slots, buffer, offsets[:-1], counts)
        return buffer, offsets[:-1], counts

    def subset(self, rows: np.ndarray) -> "Vocabulary":
        return Vocabulary(self.keys[rows], [self.strings[r] for r in rows], self.counts[rows], self.classes)


def gram_of(key: int) -> str:
    units = []
    while key:
        units.append(key & 0xFFFF)
        key >>= 16
    return "".join(map(chr, reversed(units)))


def is_word_key(keys):
    return (keys >> np.uint64(60)) == np.uint64(15)


def gram_length(keys):
    return np.where(is_word_key(keys), 0, 1 + (keys > 0xFFFF).astype(int) + (keys > 0xFFFFFFFF) + (keys > 0xFFFFFFFFFFFF))


@njit
def word_strings(units, starts, ends, classes, wanted, found):
    """For each wanted word key, a place (start, end) where it stands."""
    slots = build_table(wanted)
    for t in range(len(starts)):
        i = starts[t]
        while i < ends[t]:
            if classes[units[i]] == WORD:
                j = i
                h = np.uint64(0xCBF29CE484222325)
                while j < ends[t] and classes[units[j]] == WORD:
                    h = (h ^ np.uint64(units[j])) * np.uint64(0x100000001B3)
                    j += 1
                row = find(h | np.uint64(0xF000000000000000), wanted, slots)
                if row >= 0:
                    found[row, 0] = i
                    found[row, 1] = j
                i = j
            else:
                i += 1


def count_tokens(units, starts, ends, classes):
    """Distinct keys and their counts."""
    keys = all_keys(units, starts, ends, classes)
    keys.sort()
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.diff(np.concatenate([first, [len(keys)]]))


def choose_vocabulary(units, classes, starts, ends, extra, limits, min_counts) -> Vocabulary:
    """Candidates per length, best first by count; of 3- and 4-grams only those that hold together.

    `extra` is a second (starts, ends) of short texts (questions, headlines) whose counts weigh five times.
    A gram is dropped where one longer gram around it has nine tenths of its count (a fragment), or where its weakest split
    has a pointwise mutual information under 3 nats (a chance neighbour).
    """
    keys, counts = count_tokens(units, starts, ends, classes)
    k2, c2 = count_tokens(units, *extra, classes)
    both = np.union1d(keys, k2)
    total = np.zeros(len(both), np.int64)
    total[np.searchsorted(both, keys)] += counts
    total[np.searchsorted(both, k2)] += 4 * c2
    keep = total >= 5
    keys, counts = both[keep], total[keep]
    length = gram_length(keys)
    chars = counts[length == 1].sum()

    def count_of(wanted):
        at = np.searchsorted(keys, wanted)
        at[at == len(keys)] = 0
        return np.where(keys[at] == wanted, counts[at], 1)

    chosen = []
    inner_max = np.zeros(len(keys), np.int64)
    for n in (3, 4):
        longer = np.flatnonzero(length == n)
        inner_mask = np.uint64((1 << (16 * (n - 1))) - 1)
        for inner in (keys[longer] >> np.uint64(16), keys[longer] & inner_mask):
            at = np.searchsorted(keys, inner)
            ok = keys[np.minimum(at, len(keys) - 1)] == inner
            np.maximum.at(inner_max, at[ok], counts[longer][ok])
    for n in (1, 2, 3, 4):
        rows = np.flatnonzero((length == n) & (counts >= min_counts[n]))
        score = counts[rows].astype(float)
        if n >= 3:
            pmi = np.full(len(rows), np.inf)
            for cut in range(1, n):
                right = keys[rows] & np.uint64((1 << (16 * (n - cut))) - 1)
                left = keys[rows] >> np.uint64(16 * (n - cut))
                pmi = np.minimum(pmi, np.log(counts[rows] * float(chars) / (count_of(left) * count_of(right).astype(float))))
            score = np.where((pmi > 3) & (inner_max[rows] < 0.9 * counts[rows]), score, 0)
        best = rows[np.argsort(-score, kind="stable")][: limits[n]]
        chosen.append(best[score[np.searchsorted(rows, best)] > 0] if n >= 3 else best)
    rows = np.flatnonzero((length == 0) & (counts >= min_counts[0]))
    words = rows[np.argsort(-counts[rows], kind="stable")][: limits[0]]
    found = np.zeros((len(words), 2), np.int64)
    for s, e in ((starts, ends), extra):
        word_strings(units, s, e, classes, keys[words], found)
    strings = [gram_of(int(k)) for group in chosen for k in keys[group]]
    strings += [units[a:b].tobytes().decode("utf-16-le") for a, b in found]
    rows = np.concatenate([*chosen, words])
    return Vocabulary(keys[rows], strings, counts[rows], classes)
