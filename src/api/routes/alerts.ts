import type { AlertSummary } from "../../alerts/summarize-alert.ts";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import {
  AddAlert,
  AddAlertReply,
  AlertDetailReply,
  AlertParams,
  AlertReply,
  AlertsReply,
  ChangeAlert,
  PreviewAlert,
  PreviewReply,
  ReplayAlert,
  ReplayReply,
  toAskedSearch,
  toPreviewReply,
} from "../alert-wire.ts";
import type { App, ServerContext } from "../context.ts";
import { ListQuery, readListPage } from "../list-page.ts";

const SHARED = { tags: ["alerts"], security: [{ token: [] }] };
const REFUSALS = ["unauthorized", "forbidden"] as const;
const NEEDS = "Needs a token with the scope `alerts`.";

/** Searches that are followed: whoever has the scope sees and changes all of them. */
export function addAlertRoutes(app: App, context: ServerContext): void {
  const { alerts, audit } = context;
  app.get(
    "/alerts",
    {
      schema: {
        ...SHARED,
        operationId: "listAlerts",
        summary: "Searches that are followed",
        description: `In the order in which they were added. ${NEEDS}`,
        querystring: ListQuery,
        response: { 200: AlertsReply, ...errorReplies("invalid-request", ...REFUSALS) },
      },
    },
    async ({ query }) => {
      const { items, ...rest } = await readListPage("alerts", query, (page) => alerts.list(page));
      return { alerts: items, ...rest };
    },
  );
  app.post(
    "/alerts",
    {
      schema: {
        ...SHARED,
        operationId: "addAlert",
        summary: "Follow a search by mail or webhook",
        description: `Tells of articles that are stored from now on and match. Webhooks are signed by Standard Webhooks 1.0. ${NEEDS}`,
        body: AddAlert,
        response: { 200: AddAlertReply, ...errorReplies("invalid-request", ...REFUSALS, "unavailable") },
      },
    },
    (request) => {
      const { search: asked, ...requested } = request.body;
      const { search } = context.backend();
      return audit.change(request, { what: "alert added", query: asked.query }, async () => {
        const added = await alerts.add({ ...requested, search: toAskedSearch(asked) }, search, askerOf(request));
        return { ...added, preview: toPreviewReply(added.preview) };
      });
    },
  );
  app.post(
    "/alerts/preview",
    {
      schema: {
        ...SHARED,
        operationId: "previewAlert",
        summary: "How often a followed search would have told of something",
        description: `Follows nothing. ${NEEDS}`,
        body: PreviewAlert,
        response: { 200: PreviewReply, ...errorReplies("invalid-request", ...REFUSALS, "unavailable") },
      },
    },
    async (request) => {
      const { search } = context.backend();
      const preview = await alerts.preview(toAskedSearch(request.body.search), search, askerOf(request));
      return { preview: toPreviewReply(preview) };
    },
  );
  app.get(
    "/alerts/:alert",
    {
      schema: {
        ...SHARED,
        operationId: "getAlert",
        summary: "A followed search, and its last messages",
        description: NEEDS,
        params: AlertParams,
        response: { 200: AlertDetailReply, ...errorReplies("invalid-request", ...REFUSALS, "not-found") },
      },
    },
    async (request) => {
      const { alert, deliveries } = found(request.params.alert, await alerts.get(request.params.alert));
      return { alert, deliveries: [...deliveries] };
    },
  );
  app.patch(
    "/alerts/:alert",
    {
      schema: {
        ...SHARED,
        operationId: "changeAlert",
        summary: "Pause or resume a followed search",
        description: `Articles of the time of a pause are left out. ${NEEDS}`,
        params: AlertParams,
        body: ChangeAlert,
        response: { 200: AlertReply, ...errorReplies("invalid-request", ...REFUSALS, "not-found") },
      },
    },
    (request) => {
      const { alert: id } = request.params;
      const { status } = request.body;
      return audit.change(request, { what: `alert ${status}`, id }, async () =>
        found(id, await alerts.change(id, status)),
      );
    },
  );
  app.delete(
    "/alerts/:alert",
    {
      schema: {
        ...SHARED,
        operationId: "removeAlert",
        summary: "Follow a search no more",
        description: NEEDS,
        params: AlertParams,
        response: { 200: AlertReply, ...errorReplies("invalid-request", ...REFUSALS, "not-found") },
      },
    },
    (request) => {
      const { alert: id } = request.params;
      return audit.change(
        request,
        { what: "alert removed", id },
        async (): Promise<AlertSummary> => found(id, await alerts.remove(id)),
      );
    },
  );
  app.post(
    "/alerts/:alert/replay",
    {
      schema: {
        ...SHARED,
        operationId: "replayAlert",
        summary: "Have messages sent again",
        description: `Under the ids that they had, so that a receiver knows those that it has. ${NEEDS}`,
        params: AlertParams,
        body: ReplayAlert,
        response: { 200: ReplayReply, ...errorReplies("invalid-request", ...REFUSALS, "not-found") },
      },
    },
    (request) => {
      const { alert: id } = request.params;
      const { since } = request.body;
      const sinceMs = since === undefined ? undefined : Date.parse(since);
      return audit.change(request, { what: "alert replayed", id }, async () => ({
        messages: found(id, await alerts.replay(id, sinceMs)),
      }));
    },
  );
}

/** @throws AppError `not-found` */
function found<T>(id: number, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new AppError("not-found", `There is no alert ${id}.`);
}
