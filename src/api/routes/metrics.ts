import { addRequestMetrics, type MetricsKit } from "../../http/request-metrics.ts";
import type { App, Backend, ServerContext } from "../context.ts";

/** What the server tells Prometheus beside its requests: resources, the archive, searches and memory. */
export function addMetrics(app: App, context: ServerContext): void {
  addRequestMetrics(app, { define: (kit) => defineGauges(kit, context) });
}

function defineGauges({ Gauge, registers }: MetricsKit, context: ServerContext): void {
  const resourceGauge = (
    name: string,
    help: string,
    read: (resource: ReturnType<ServerContext["resourceStatus"]>[number]) => number,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ["key"],
      registers,
      collect() {
        this.reset();
        for (const resource of context.resourceStatus()) this.set({ key: resource.key }, read(resource));
      },
    });
  };
  resourceGauge("wenxun_resource_bytes", "Bytes a loaded resource keeps resident, as declared.", ({ bytes }) => bytes);
  resourceGauge("wenxun_resource_loads", "Times a resource was loaded; 1 is hoped for.", ({ loads }) => loads);
  resourceGauge("wenxun_resource_borrowers", "Leases of a resource now held.", ({ borrowers }) => borrowers);

  new Gauge({
    name: "wenxun_archive_articles",
    help: "Articles in the newest state of the archive.",
    registers,
    async collect() {
      const backend = context.peek();
      if (backend === undefined) return;
      this.set((await backend.archive.stats()).articles);
    },
  });

  const backendGauge = (name: string, help: string, read: (backend: Backend) => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const backend = context.peek();
        const value = backend && read(backend);
        // Nothing is said of what there is none of.
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  };
  backendGauge("wenxun_search_threads", "Threads that search.", ({ archive }) => archive.load()?.threads);
  backendGauge("wenxun_searches_running", "Searches under way.", ({ archive }) => archive.load()?.running);
  backendGauge("wenxun_searches_waiting", "Searches that wait for a thread.", ({ archive }) => archive.load()?.waiting);
  backendGauge(
    "wenxun_memory_ceiling_bytes",
    "The ceiling of resident memory that the server keeps below.",
    ({ memory }) => memory?.()?.ceilingBytes,
  );
  backendGauge("wenxun_memory_refused", "Requests refused at the ceiling.", ({ memory }) => memory?.()?.refused);
}
