import { createEncoderReranker } from "../../src/encoder/encoder-reranker.ts";
import { rerankerContract } from "../contracts/reranker.ts";
import { createFakeEncoder } from "./encoder.ts";
import { createFakeReranker } from "./reranker.ts";

rerankerContract("fake re-ranker", async () => createFakeReranker());
rerankerContract("an encoder as a re-ranker", async () => createEncoderReranker(createFakeEncoder()));
