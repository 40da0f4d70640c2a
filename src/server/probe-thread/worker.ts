import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { HealthRequest } from "../../contract/http.ts";
import { PROBES, type Probe } from "../../contract/probe.ts";
import { systemClock } from "../../engine/clock.ts";
import { FORMATS } from "../../formats/index.ts";
import { createAccess } from "../../http/access.ts";
import { createHandler } from "../../http/handler.ts";
import { createRouter } from "../../http/router.ts";
import { notifyBy } from "../../process-managers/systemd.ts";
import { startWatchdog } from "../../process-managers/watchdog.ts";
import { proberKey } from "../../shutdown/prober-key.ts";
import { ProcessCounts } from "../../telemetry/process-counts.ts";
import { openGrpcServer } from "../grpc/grpc-server.ts";
import { HealthService } from "../grpc/health-service.ts";
import { Watches } from "../grpc/watches.ts";
import { openServers, type PortFailure } from "../internal/health-servers.ts";
import { openServer } from "../internal/probe-server.ts";
import { AwakeClock } from "./awake-clock.ts";
import { ClosedFlag } from "./closed-flag.ts";
import { ExposureQueries } from "./exposure-queries.ts";
import { Heartbeat, sharedNow, TICK } from "./heartbeat.ts";
import { HistoryQuery } from "./history-query.ts";
import { InspectorConnections } from "./inspector-connections.ts";
import { MainThreadQueries } from "./main-thread-queries.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { ProberRecord } from "./prober-record.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { isStalled, StallWatch, stallBeyond } from "./stall-detector.ts";
import { ThreadReporter } from "./thread-reporter.ts";

/** Milliseconds between two looks at what is watched: time alone fails readiness while the main thread stands still. */
const WATCH_PACE = 250;

const LIVENESS = { probe: "liveness" } as const;

// The program of the probe thread: it is bundled into a text, and runs without a file of its own.
run(parentPort as MessagePort, workerData as ThreadData);

function run(
  port: MessagePort,
  { addresses, limits, beat: buffer, closed, snapshot, watchdog, ...first }: ThreadData,
): void {
  let { exposing, deadline } = first;
  const post = (message: FromThread) => port.postMessage(message);
  const beat = new Heartbeat(buffer);
  let counts = new ProcessCounts(first.counts);
  const clock = new AwakeClock(sharedNow);
  const store = new SnapshotStore(snapshot, clock);
  const watch = new StallWatch();
  const inspector = new InspectorConnections(sharedNow);
  const probers = new ProberRecord();
  const queries = new MainThreadQueries({
    clock: systemClock,
    get deadline() {
      return deadline;
    },
    send: (id, query) => post({ kind: "settle", id, query }),
  });

  /** Whether what stops the main thread may be an inspector, at whose breakpoint it is no stall. */
  const isInspected = () => {
    const { inspectorPort } = beat;
    if (inspectorPort === 0) return false;
    const attached = inspector.isAttached(inspectorPort);
    if (attached === false) return false;
    post({ kind: "uncounted", attached: attached === true });
    return true;
  };

  let longest = 0;
  const stalledFor = () => {
    const now = clock.now();
    const at = clock.at(beat.at);
    let lasted = watch.look(now, at, store.lifecycle.started);
    // `readiness` is the lesser one.
    if (isStalled(lasted, limits.readiness) && isInspected()) lasted = watch.look(now, at, false);
    if (lasted < longest) {
      if (isStalled(longest, limits.readiness)) post({ kind: "turned", after: longest });
      longest = 0;
    }
    if (lasted > longest) counts.add("stalled", stallBeyond(longest, lasted));
    longest = Math.max(longest, lasted);
    return lasted;
  };

  const histories = new HistoryQuery({
    clock: systemClock,
    deadline,
    send: () => post({ kind: "history" }),
  });
  const reporter = new ThreadReporter({ store, queries, limits, stalledFor, histories });
  const accesses = new ExposureQueries({
    clock: systemClock,
    get deadline() {
      return deadline;
    },
    stalledFor,
    send: (id, request, probe) => post({ kind: "expose", id, request, probe }),
  });
  const onReadiness = (request: HealthRequest, status: number) => {
    const key = proberKey(request);
    if (key === undefined) return;
    const refused = store.lifecycle.phase === "draining" && status !== 200;
    probers.add({ key, at: sharedNow(), refused });
  };
  const onResponse = ({ probe }: { readonly probe: Probe }, status: number) =>
    counts.countResponse(probe, status);
  /** Makes the access to the health that is served, and its handler. */
  function createServed() {
    const expose = exposing.rule
      ? (request: HealthRequest, probe: Probe) => accesses.ask(request, probe)
      : (exposing.expose ?? "checks");
    const access = createAccess(expose, exposing.tokens ?? [], {
      clock: systemClock,
      // The queries themselves answer by the deadline, and the main thread logs the failure of a rule.
      deadline: 2 * deadline,
      log: () => {},
      describe: () => ({ reason: "" }),
    });
    const handle = createHandler({
      router: createRouter(exposing.paths ?? {}, {
        isName: (name) => PROBES.some((probe) => reporter.has(probe, name)),
        root: "readiness",
      }),
      access,
      responses: exposing,
      formats: FORMATS,
      reporter,
      clock: systemClock,
      deadline,
      onResponse,
      figures: () => ({
        ofProcess: (name) => counts.get(name),
        ofChecks: store.counts,
        lag: stalledFor(),
      }),
      onReadiness,
      // Its formats are in the text of this program.
      onFormatFailed: () => {},
      warnOnce: () => {},
    });
    return { access, handle };
  }
  let served = createServed();
  const watches = new Watches({
    clock: systemClock,
    reporter,
    // The main thread runs every check in the background, and sends what comes of it.
    refresh: async () => {},
    pace: WATCH_PACE,
    isDraining: () => store.lifecycle.phase === "draining",
  });
  const ticks = setInterval(() => {
    stalledFor();
    accesses.look();
    // A drain must know its probers at its beginning, so they are sent all the time.
    const seen = probers.take();
    if (seen.length > 0) post({ kind: "probers", probers: seen });
  }, TICK);

  port.on("message", (message: ToThread) => {
    if (message.kind === "snapshot") {
      const before = store.lifecycle.phase;
      store.post(message.snapshot);
      reporter.invalidate();
      const { phase } = store.lifecycle;
      if (phase === "draining" && phase !== before) watches.drain();
      else watches.look();
    } else if (message.kind === "health") {
      ({ exposing, deadline } = message);
      counts = new ProcessCounts(message.counts);
      store.post(message.snapshot);
      reporter.invalidate();
      served = createServed();
    } else if (message.kind === "settled") queries.settled(message.id);
    else if (message.kind === "history") histories.received(message.history);
    else if (message.kind === "exposed") accesses.answered(message.id, message.exposure);
    else void close();
  });

  let stopWatchdog = () => {};
  if (watchdog !== undefined) {
    const notify = notifyBy(watchdog.env);
    stopWatchdog = startWatchdog({
      period: watchdog.period,
      clock: systemClock,
      isAlive: async () => (await reporter.refresh(LIVENESS)).report().status !== "down",
      // The main thread logs when systemd cannot be notified.
      notify: () => notify(["WATCHDOG=1"]).catch(() => {}),
    });
  }

  const opening = openServers(addresses, {
    http: (address) => openServer((request) => served.handle(request), address),
    grpc: (address) => {
      const { access } = served;
      const service = new HealthService({ reporter, access, onReadiness, onResponse });
      return openGrpcServer({ service, watches, clock: systemClock, address });
    },
  });
  opening.then(
    ({ ports }) => post({ kind: "listening", ports }),
    ({ kind: server, cause }: PortFailure) => {
      const { message, code } = cause as NodeJS.ErrnoException;
      post({ kind: "refused", server, failure: { message, code } });
    },
  );

  /** Nothing holds the thread after this, so it ends. */
  async function close(): Promise<void> {
    clearInterval(ticks);
    stopWatchdog();
    const server = await opening.catch(() => undefined);
    await server?.close();
    new ClosedFlag(closed).set();
    port.close();
  }
}
