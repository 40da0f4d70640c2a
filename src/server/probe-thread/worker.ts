import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { HealthRequest } from "../../contract/http.ts";
import { PROBES, type Probe } from "../../contract/probe.ts";
import { systemClock } from "../../engine/clock.ts";
import { FORMATS } from "../../formats/index.ts";
import { createAccess } from "../../http/access.ts";
import { createHandler } from "../../http/handler.ts";
import { createRouter } from "../../http/routes.ts";
import { notifyBy } from "../../process-managers/systemd.ts";
import { startWatchdog } from "../../process-managers/watchdog.ts";
import { proberKey } from "../../shutdown/prober-key.ts";
import { openServer } from "../internal/probe-server.ts";
import { ExposureQueries } from "./exposure-queries.ts";
import { Heartbeat, sharedNow, TICK } from "./heartbeat.ts";
import { MainThreadQueries } from "./main-thread-queries.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { ProberRecord } from "./prober-record.ts";
import { SnapshotStore } from "./snapshot-store.ts";
import { StallWatch } from "./stall-detector.ts";
import { ThreadReporter } from "./thread-reporter.ts";

const LIVENESS = { probe: "liveness" } as const;

// The program of the probe thread: it is bundled into a text, and runs without a file of its own.
run(parentPort as MessagePort, workerData as ThreadData);

function run(
  port: MessagePort,
  { place, exposing, limits, deadline, beat: buffer, snapshot, watchdog }: ThreadData,
): void {
  const tell = (message: FromThread) => port.postMessage(message);
  const beat = new Heartbeat(buffer);
  const board = new SnapshotStore(snapshot, sharedNow);
  const watch = new StallWatch();
  const probers = new ProberRecord();
  const desk = new MainThreadQueries({
    clock: systemClock,
    deadline,
    send: (id, question) => tell({ kind: "settle", id, question }),
  });

  let longest = 0;
  const stalledFor = () => {
    const lasted = watch.look(sharedNow(), beat.at, board.lifecycle.started && !beat.paused);
    if (lasted < longest) {
      if (longest >= Math.min(limits.readiness, limits.liveness)) {
        tell({ kind: "turned", after: longest });
      }
      longest = 0;
    }
    longest = Math.max(longest, lasted);
    return lasted;
  };

  const reporter = new ThreadReporter({ board, desk, limits, stalledFor });
  const accesses = new ExposureQueries({
    clock: systemClock,
    deadline,
    stalledFor,
    send: (id, request, probe) => tell({ kind: "expose", id, request, probe }),
  });
  const expose = exposing.rule
    ? (request: HealthRequest, probe: Probe) => accesses.ask(request, probe)
    : (exposing.expose ?? "checks");
  const handle = createHandler({
    router: createRouter(exposing.paths ?? {}, {
      isName: (name) => PROBES.some((probe) => reporter.has(probe, name)),
      root: "readiness",
    }),
    access: createAccess(expose, exposing.tokens ?? [], {
      clock: systemClock,
      // The desk itself answers by the deadline, and the main thread tells what is wrong with a rule.
      deadline: 2 * deadline,
      log: () => {},
      describe: () => ({ reason: "" }),
    }),
    responses: exposing,
    formats: FORMATS,
    reporter,
    onReadiness(request, status) {
      const key = proberKey(request);
      if (key === undefined) return;
      const told = board.lifecycle.phase === "draining" && status !== 200;
      probers.add({ key, at: sharedNow(), told });
    },
  });
  setInterval(() => {
    stalledFor();
    accesses.look();
    // A drain must know at its beginning who asks, so it is told all the time.
    const seen = probers.take();
    if (seen.length > 0) tell({ kind: "probers", probers: seen });
  }, TICK);

  port.on("message", (message: ToThread) => {
    if (message.kind === "snapshot") {
      board.post(message.snapshot);
      reporter.invalidate();
    } else if (message.kind === "settled") desk.settled(message.id);
    else accesses.answered(message.id, message.exposure);
  });

  if (watchdog !== undefined) {
    const notify = notifyBy(watchdog.env);
    startWatchdog({
      period: watchdog.period,
      clock: systemClock,
      isAlive: async () => (await reporter.refresh(LIVENESS)).report().status !== "down",
      // The main thread tells in the log when systemd cannot be told.
      notify: () => notify(["WATCHDOG=1"]).catch(() => {}),
    });
  }

  openServer(handle, place).then(
    ({ port }) => tell({ kind: "listening", port }),
    ({ message, code }: NodeJS.ErrnoException) =>
      tell({ kind: "refused", failure: { message, code } }),
  );
}
