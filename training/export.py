"""Writes a table of token vectors as the model folder that src/encoder/static reads."""

import hashlib
import json
from pathlib import Path

import numpy as np


def choose_rows(table, counts, size):
    """The rows that move texts most: how often a token stands times how far it pulls, counts damped."""
    pull = np.linalg.norm(table, axis=1) * np.sqrt(counts)
    return np.sort(np.argsort(-pull, kind="stable")[:size])


def quantise(table):
    scales = (np.abs(table).max(1) / 127).astype(np.float32)
    codes = np.rint(table / np.maximum(scales, 1e-20)[:, None]).astype(np.int8)
    return codes, scales


def write_model(folder: Path, name: str, table, strings, max_document_characters: int, title_share: float):
    folder.mkdir(parents=True, exist_ok=True)
    codes, scales = quantise(table)
    files = {
        "vocab.json": json.dumps(strings, ensure_ascii=False, separators=(",", ":")).encode(),
        "vectors.i8": codes.tobytes(),
        "scales.f32": scales.astype("<f4").tobytes(),
    }
    for file, content in files.items():
        (folder / file).write_bytes(content)
    description = {
        "format": "wenxun-static-encoder",
        "formatVersion": 1,
        "name": name,
        "dimensions": table.shape[1],
        "shorterDimensions": [length for length in (64, 128) if length < table.shape[1]],
        "tokenCount": len(strings),
        "tokenizer": {"kind": "han-ngrams-and-words", "ngramLengths": [1, 2, 3, 4]},
        "maxDocumentCharacters": max_document_characters,
        "titleShare": title_share,
        "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2) + "\n")
