"""What Python reckons the model's vectors to be: python write_parity.py FOLDED MODEL TEXTS OUT

TEXTS is JSON lines of { role, text }. The product folds them; tokens, means and norms are this folder's own code. test/encoder/
parity.test.ts compares whole vectors with OUT, a vector a line (null where there is none).
"""

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np

from judge import embed, embed_documents, load_model

HERE = Path(__file__).parent


def fold(texts):
    command = ["node", HERE / "fold-texts.ts"]
    return json.loads(subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=True).stdout)


def whole(text):
    """A folded text as the ranges of units that judge.py reads."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    return (units, 0, len(units))


def main():
    parser = argparse.ArgumentParser()
    for name in ("folded", "model", "texts", "out"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    description = json.loads((args.model / "model.json").read_text())
    vocabulary, table = load_model(args.model, np.fromfile(args.folded / "classes.u8", np.uint8))
    vectors = []
    for asked in map(json.loads, open(args.texts, encoding="utf-8")):
        if asked["role"] == "query":
            vector = embed(table, vocabulary, [[whole(fold([asked["text"]])[0])]])[0]
        else:
            read = asked["text"].encode("utf-16-le")[: 2 * description["maxDocumentCharacters"]].decode("utf-16-le", "ignore")
            title, line_end, rest = read.partition("\n")
            parts = list(map(whole, fold([title, rest] if line_end else [title])))
            vector = embed_parts(table, vocabulary, parts, description["titleShare"])
        vectors.append([round(float(value), 6) for value in vector] if np.any(vector) else None)
    args.out.write_text("".join(json.dumps(vector, separators=(",", ":")) + "\n" for vector in vectors))


def embed_parts(table, vocabulary, parts, share):
    if len(parts) == 1:
        return embed(table, vocabulary, [parts])[0]
    # The ranges of one document lie in one array of units.
    units = np.concatenate([part[0] for part in parts])
    cut = len(parts[0][0])
    return embed_documents(table, vocabulary, [[(units, 0, cut), (units, cut, len(units))]], len(units) + 2, share)[0]


if __name__ == "__main__":
    main()
