"""Makes test/fixtures/tiny-bert: a sentence-transformers folder with a randomly initialised BERT of 2 layers, exported to
ONNX, and the vectors that sentence-transformers itself gives with it, for the tests of src/encoder/onnx.

    pip install torch transformers sentence-transformers onnx
    python tools/make-tiny-bert.py
"""

import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

TARGET = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "tiny-bert"
MAX_TOKENS = 48
PROMPTS = {"query": "为这个句子生成表示：", "document": "文章："}
TEXTS = [
    "港口昨日恢复通航",
    "市政府公布今年的老城区供水改造计划，预计明年完成。",
    "The museum opens its new wing on Sunday, 12:30!",
    "ＡＢＣ 公司 mixed 文字 unknownword 鱻",
    "水",
    " 空格\n换行\t制表 ",
    "港口恢复通航。" * 30,
]
WORDS = ["the", "museum", "open", "##s", "its", "new", "wing", "on", "sunday", "12", "30", "abc", "mix", "##ed"]
PIECES = [chr(c) for c in range(ord("a"), ord("z") + 1)] + ["##" + chr(c) for c in range(ord("a"), ord("z") + 1)]


def make_tokenizer(folder: Path) -> BertTokenizerFast:
    characters = sorted({c for text in [*TEXTS, *PROMPTS.values()] for c in text if ord(c) > 0x2000 and c != "鱻"})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"!,.:", *WORDS, *PIECES, *characters]
    vocab = folder / "vocab.txt"
    vocab.write_text("\n".join(dict.fromkeys(tokens)) + "\n", encoding="utf8")
    return BertTokenizerFast(vocab=str(vocab), do_lower_case=True, model_max_length=MAX_TOKENS)


def make_folder(folder: Path) -> None:
    torch.manual_seed(20260101)
    tokenizer = make_tokenizer(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=MAX_TOKENS + 16,
        initializer_range=0.5,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    model.save_pretrained(folder / "hf")
    tokenizer.save_pretrained(folder / "hf")


def export(hf: Path, path: Path) -> None:
    model = BertModel.from_pretrained(hf, add_pooling_layer=False, attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = torch.ones((2, 5), dtype=torch.int64)

    class LastHiddenState(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)[0]

    torch.onnx.export(
        LastHiddenState(),
        (example, example, torch.zeros_like(example)),
        str(path),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]},
        # The newer exporter of torch 2.15 gives other values for this model.
        dynamo=False,
    )
    exported = onnx.load(path)
    for node in exported.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del exported.metadata_props[:]
    onnx.save(exported, path)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        make_folder(work)
        expected = []
        for mode in ("cls", "mean"):
            transformer = Transformer(str(work / "hf"), max_seq_length=MAX_TOKENS)
            pooling = Pooling(32, pooling_mode=mode)
            model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")
            for prompt in (None, "query", "document"):
                vectors = model.encode(TEXTS, prompt_name=prompt) if prompt else model.encode(TEXTS, prompt="")
                expected.append({"pooling": mode, "prompt": prompt, "vectors": vectors.astype(float).round(6).tolist()})
            if mode == "cls":
                model.save_pretrained(str(work / "st"))
        export(work / "hf", work / "model.onnx")

        shutil.rmtree(TARGET, ignore_errors=True)
        (TARGET / "onnx").mkdir(parents=True)
        for path in (work / "st").rglob("*.json"):
            target = TARGET / path.relative_to(work / "st")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        shutil.copy(work / "model.onnx", TARGET / "onnx" / "model.onnx")
        lengths = [len(model.tokenizer(text)["input_ids"]) for text in TEXTS]
        answer = {"texts": TEXTS, "tokenCounts": lengths, "expected": expected}
        (TARGET / "expected.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf8")


main()
