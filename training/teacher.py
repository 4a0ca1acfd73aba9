"""What a teacher, a sentence transformer in ONNX, makes of the training texts: unit vectors, kept as float16.

    python teacher.py FOLDED OUT --teacher FOLDER [--processes 2]

FOLDER holds `model.onnx` and `tokenizer.json`, and where sentence-transformers' files for them are there, how tokens become one vector
and what stands before a query and a passage (1_Pooling/config.json, config_sentence_transformers.json); without them the first token's
last state is the vector and nothing is put before (as the bge family has it). Texts are given folded, as the student reads them. Linear
layers run in int8 (weights in 7 bits, whose sums cannot overflow without VNNI).
"""

import argparse
import json
import multiprocessing
from pathlib import Path

import numpy as np

from prepare import ARTICLES, PAIRS, SEED, Articles, log
from texts import Corpus

MAX_TOKENS = 128
TOKENS_PER_BATCH = 1024
PASSAGES = 60_000


class Teacher:
    def __init__(self, folder: Path, threads: int = 1, max_tokens: int = MAX_TOKENS):
        import onnxruntime
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(quantised(folder)), options, providers=["CPUExecutionProvider"])
        self.names = [i.name for i in self.session.get_inputs()]
        self.prompts = settings(folder, "config_sentence_transformers.json").get("prompts", {})
        self.mean = settings(folder, "1_Pooling/config.json").get("pooling_mode_mean_tokens", False)

    def encode(self, texts: list[str], role: str = "document") -> np.ndarray:
        """Unit vectors, one row a text; `role` is `query` or `document`."""
        prompt = self.prompts.get(role, "")
        ids = [e.ids for e in self.tokenizer.encode_batch([prompt + text for text in texts])]
        order = np.argsort([len(i) for i in ids], kind="stable")
        out, at = None, 0
        while at < len(order):
            size = max(1, TOKENS_PER_BATCH // len(ids[order[min(at + 15, len(order) - 1)]]))
            rows = order[at : at + size]
            longest = len(ids[rows[-1]])
            inputs = np.zeros((len(rows), longest), np.int64)
            mask = np.zeros_like(inputs)
            for n, row in enumerate(rows):
                inputs[n, : len(ids[row])] = ids[row]
                mask[n, : len(ids[row])] = 1
            feed = {"input_ids": inputs, "attention_mask": mask, "token_type_ids": np.zeros_like(inputs)}
            states = self.session.run(None, {n: feed[n] for n in self.names})[0]
            pooled = (states * mask[:, :, None]).sum(1) if self.mean else states[:, 0]
            if out is None:
                out = np.empty((len(texts), pooled.shape[1]), np.float16)
            out[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
            at += len(rows)
        return out


def quantised(folder: Path) -> Path:
    """The model with int8 weights, made on first use."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path = folder / "model.int8.onnx"
    if not path.exists():
        quantize_dynamic(
            str(folder / "model.onnx"), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            op_types_to_quantize=["MatMul"], extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    return path


def write_settings(folder: Path, contents: dict) -> None:
    """The small JSON files of a folder as sentence-transformers has it, by name."""
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def settings(folder: Path, file: str) -> dict:
    return json.loads((folder / file).read_text()) if (folder / file).exists() else {}


def texts_to_teach(corpus, articles, rng):
    """Yields kind, ranges: an array (texts, ranges a text, 2) of places in the corpus."""
    t = articles.train
    yield "title", np.stack([articles.start[t, 0], articles.end[t, 0]], 1)[:, None]
    short, seen = [], set()
    for name in PAIRS:
        part = corpus.part[f"pairs-{name}"]
        for r, meta in enumerate(part.meta):
            if meta.get("split") in ("test", "dev"):
                continue
            for f in range(part.first[r], part.first[r] + meta["fields"]):
                key = corpus.units[part.start[f] : part.end[f]].tobytes()
                if key and key not in seen:
                    seen.add(key)
                    short.append((part.start[f], part.end[f]))
    yield "short", np.array(short)[:, None]
    weibo = corpus.part["pairs-weibo-titles"]
    yield "headline", np.stack([weibo.start, weibo.end], 1)[:, None]
    body = np.minimum(articles.end[t, 1], articles.start[t, 1] + 160)
    yield "document", np.stack([np.stack([articles.start[t, 0], articles.end[t, 0]], 1), np.stack([articles.start[t, 1], body], 1)], 1)
    length = articles.end[t, 1] - articles.start[t, 1]
    long = t[length > 300]
    chosen = rng.choice(long, min(PASSAGES, len(long)), replace=False)
    size = rng.integers(60, 150, len(chosen))
    room = articles.end[chosen, 1] - articles.start[chosen, 1] - size
    at = articles.start[chosen, 1] + (rng.random(len(chosen)) * room).astype(np.int64)
    yield "passage", np.stack([at, at + size], 1)[:, None]


def work(arguments):
    folder, texts = arguments
    if not hasattr(work, "teacher"):
        work.teacher = Teacher(folder)
    return work.teacher.encode(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folded", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    quantised(args.teacher)
    corpus = Corpus(args.folded, [*ARTICLES, *[f"pairs-{p}" for p in PAIRS], "pairs-weibo-titles"])
    articles = Articles(corpus)
    spell = lambda s, e: corpus.units[s:e].tobytes().decode("utf-16-le", "replace")
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        for kind, ranges in texts_to_teach(corpus, articles, np.random.default_rng(SEED)):
            texts = ["。".join(spell(s, e) for s, e in parts) for parts in ranges]
            # Texts of one length side by side, so that a batch holds little padding.
            order = np.argsort([len(x) for x in texts], kind="stable")
            pieces = [order[at : at + 2048] for at in range(0, len(order), 2048)]
            vectors = None
            for n, (rows, part) in enumerate(zip(pieces, pool.imap(work, ((args.teacher, [texts[r] for r in p]) for p in pieces)))):
                if vectors is None:
                    vectors = np.empty((len(texts), part.shape[1]), np.float16)
                vectors[rows] = part
                if n % 10 == 0:
                    log(kind, n, "of", len(pieces))
            np.savez(args.out / f"{kind}.npz", ranges=ranges, vectors=vectors)
            log(kind, len(texts), "texts")


if __name__ == "__main__":
    main()
