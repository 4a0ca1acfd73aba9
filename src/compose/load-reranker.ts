import type { RerankerChoice } from "../config/value-types.ts";
import { createEncoderReranker } from "../encoder/encoder-reranker.ts";
import type { Reranker } from "../encoder/reranker.ts";
import { createRerankedSearch, type RerankSettings } from "../rerank/reranked-search.ts";
import type { Lease, Resources } from "../resources/resources.ts";
import type { SearchService } from "../search/search.ts";
import { withoutPassword } from "./without-password.ts";

/** What puts the first hits of a list in another order, and how. */
export interface RerankOptions extends RerankSettings {
  readonly choice: Exclude<RerankerChoice, { readonly kind: "off" }>;
}

/** Borrows the re-ranker that a setting names; it is loaded once per process. @throws AppError `encoder-unavailable`, `usage`. */
export function borrowReranker(
  resources: Pick<Resources, "acquire">,
  choice: RerankOptions["choice"],
): Promise<Lease<Reranker>> {
  const key = choice.kind === "onnx" ? `onnx:${choice.model}` : withoutPassword(choice.url);
  return resources.acquire<Reranker>(`reranker:${key}`, {
    load: () => loadReranker(choice),
    bytes: (reranker) => reranker.bytes,
    release: (reranker) => reranker.close(),
  });
}

/** Each kind is imported only by those who use it. */
async function loadReranker(choice: RerankOptions["choice"]): Promise<Reranker> {
  if (choice.kind === "remote") {
    const { openRemoteReranker } = await import("../encoder/remote/remote-reranker.ts");
    return openRemoteReranker(choice.url);
  }
  const { parseOnnxAddress } = await import("../encoder/onnx/onnx-address.ts");
  const { isCrossEncoderFolder } = await import("../encoder/onnx/model-folder.ts");
  const { model, overrides } = parseOnnxAddress(choice.model);
  if (isCrossEncoderFolder(model)) {
    const { loadCrossEncoder } = await import("../encoder/onnx/cross-encoder.ts");
    return await loadCrossEncoder(model, overrides);
  }
  const { loadOnnxEncoder } = await import("../encoder/onnx/onnx-encoder.ts");
  return createEncoderReranker(await loadOnnxEncoder(model, overrides));
}

/** A search whose first hits are put in another order, where there is a re-ranker. */
export function rerankSearch(
  search: SearchService,
  rerank: RerankSettings | undefined,
  { reranker, onError }: { readonly reranker: Reranker | undefined; readonly onError: (error: unknown) => void },
): SearchService {
  if (reranker === undefined || rerank === undefined) return search;
  const { depth, budgetMs, weight } = rerank;
  return createRerankedSearch({ search, reranker, depth, budgetMs, weight, onError });
}
