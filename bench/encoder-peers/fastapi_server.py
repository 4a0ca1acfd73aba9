"""The least one writes around sentence-transformers, as the ancestor did, or around fastembed:
python fastapi_server.py sentence-transformers|fastembed MODEL_FOLDER PORT"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

kind, folder, port = sys.argv[1:4]
app = FastAPI()


class Request(BaseModel):
    inputs: list[str]


if kind == "sentence-transformers":
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")

    def encode(texts):
        return model.encode(texts, prompt="", batch_size=32)
else:
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    TextEmbedding.add_custom_model(
        model="bge-shaped", pooling=PoolingType.CLS, normalization=True, dim=512, model_file="onnx/model.onnx",
        sources=ModelSource(hf="local/bge-shaped"),
    )
    model = TextEmbedding("bge-shaped", specific_model_path=folder)

    def encode(texts):
        return list(model.embed(texts, batch_size=32))


@app.post("/embed")
def embed(request: Request):
    return [vector.tolist() for vector in encode(request.inputs)]


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
