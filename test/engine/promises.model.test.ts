import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckOptions, defineCheck, type Status } from "../../src/contract/check.ts";
import { Engine } from "../../src/engine/engine.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { ScriptedCheck } from "../_support/scripted-check.ts";

const DEADLINE = 800;

type Outcome = "up" | "down" | "degraded";

type Step =
  | { readonly does: "probe" }
  | { readonly does: "wait"; readonly time: number }
  | { readonly does: "stall"; readonly time: number }
  | { readonly does: "end"; readonly run: number; readonly how: Outcome };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ does: "probe" }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("wait" as const), time: fc.nat(1500) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("wait" as const), time: fc.nat(400_000) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("stall" as const), time: fc.nat(5000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("end" as const),
      /** Counted from the last one. */
      run: fc.constantFrom(0, 0, 0, 1, 2, 3),
      how: fc.constantFrom("up" as const, "down" as const, "degraded" as const),
    }),
  },
);

const thresholds = {
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
};

const options: fc.Arbitrary<CheckOptions> = fc.oneof(
  fc.record({
    ...thresholds,
    maxAge: fc.constantFrom(0, 100, 1000, 5000),
    timeout: fc.integer({ min: 50, max: DEADLINE - 100 }),
  }),
  fc.record({
    ...thresholds,
    // Runs that may outlast the deadline of the probe that waits for them.
    timeout: fc.integer({ min: 50, max: 4000 }),
    interval: fc.integer({ min: 100, max: 5000 }),
  }),
);

/** One check driven by steps, with all that the promises speak of written down as it happens. */
class World {
  readonly clock = new FakeClock();
  readonly script = new ScriptedCheck();
  readonly ended = new Set<number>();
  /** Each start, and the runs that hung at that moment. */
  readonly starts: {
    readonly at: number;
    readonly held: boolean;
    readonly late: boolean;
  }[] = [];
  /** Whether a run that was written off has ended since the last start, so that no result is reused. */
  late = false;
  /** Whether no more runs are to start: two hang, the last one among them, and none has ended since. */
  held = false;
  /** When a run was aborted; it is written off one turn later, before which a deadline may pass. */
  abortedAt = -1;
  /** What each run found, in time; a run that was aborted found `down`. */
  readonly outcomes: Outcome[] = [];
  readonly answers: { readonly askedAt: number; readonly at: number; readonly stalled: number }[] =
    [];
  readonly engine: Engine;
  readonly own: CheckOptions;
  readonly unearned: string[] = [];
  probes = 0;
  stalled = 0;
  live = 0;
  mostLive = 0;

  constructor(own: CheckOptions, random: number) {
    this.own = own;
    const run = (context: { signal: AbortSignal }) => {
      this.starts.push({ at: this.clock.now(), held: this.held, late: this.late });
      this.late = false;
      this.live++;
      this.mostLive = Math.max(this.mostLive, this.live);
      let open = true;
      const close = () => {
        if (open) this.live--;
        open = false;
      };
      const index = this.starts.length - 1;
      context.signal.addEventListener("abort", () => {
        close();
        this.outcomes[index] = "down";
        this.abortedAt = this.clock.now();
        this.held = this.hung >= 2;
      });
      return this.script.run(context).finally(close);
    };
    this.engine = new Engine(new Map([["db", defineCheck({ ...own, scope: "dependency", run })]]), {
      clock: this.clock,
      random: () => random,
      deadline: DEADLINE,
      defaults: {},
      describe: describeFailure,
      onChange: ({ from, to }) => this.expectEarned(from, to),
      onResult: () => {},
      onVerdict: () => {},
    });
  }

  get hung(): number {
    return this.script.runs.filter(({ signal }, index) => signal.aborted && !this.ended.has(index))
      .length;
  }

  async take(next: Step): Promise<void> {
    if (next.does === "probe") this.probe();
    else if (next.does === "wait") await this.clock.advance(next.time);
    else if (next.does === "stall") {
      this.clock.stall(next.time);
      this.stalled += next.time;
    } else this.end(next.run, next.how);
    await settled();
  }

  probe(): void {
    this.probes++;
    const askedAt = this.clock.now();
    const stalledBefore = this.stalled;
    void this.engine.refresh(this.engine.participants("deep")).then(() => {
      this.answers.push({ askedAt, at: this.clock.now(), stalled: this.stalled - stalledBefore });
    });
  }

  /** A state changes only when as many runs in a row as needed say so, or when it is too old. */
  expectEarned(from: Status, to: Status): void {
    const last = this.outcomes.at(-1);
    if (to === "unknown") {
      const isRecorded = this.clock.now() > this.abortedAt;
      if (isRecorded && (this.held || this.age < this.staleAfter))
        this.unearned.push(`${from} to ${to}`);
      return;
    }
    if (this.held) {
      if (to !== "down") this.unearned.push(`${from} to ${to} while runs hang`);
      return;
    }
    if (from !== "unknown" && (from === "down") === (to === "down")) return;
    const { failureThreshold = 1, successThreshold = 1 } = this.own;
    const needed = to === "down" ? failureThreshold : successThreshold;
    const isFirst = from === "unknown" || this.isForgotten;
    const recent = isFirst ? [last] : this.outcomes.slice(-needed);
    if (recent.some((outcome) => (outcome === "down") !== (to === "down"))) {
      this.unearned.push(`${from} to ${to} after ${this.outcomes.join()}`);
    }
  }

  /** Milliseconds since the last run began that ended or was written off. */
  get age(): number {
    return this.clock.now() - (this.starts[this.outcomes.length - 1]?.at ?? 0);
  }

  get staleAfter(): number {
    const { timeout = 500, interval, maxAge = 1000 } = this.own;
    return interval === undefined ? maxAge + timeout : 3 * interval + timeout;
  }

  /** Whether so long passed before the last run on demand that it counts as the first. */
  get isForgotten(): boolean {
    const last = this.outcomes.length - 1;
    const pause = (this.starts[last]?.at ?? 0) - (this.starts[last - 1]?.at ?? 0);
    return this.own.interval === undefined && last > 0 && pause > 60_000;
  }

  /** A state that the last runs agree on, as many as the thresholds ask for, is what is shown. */
  expectRightState(): void {
    const [runner] = this.engine.participants("deep");
    const { status } = runner?.state ?? {};
    const { failureThreshold = 1, successThreshold = 1 } = this.own;
    const last = this.outcomes.at(-1);
    if (last === undefined) {
      expect(status).toBe("unknown");
    } else if (this.held) {
      expect(status).toBe("down");
    } else if (status === "unknown") {
      expect(this.age).toBeGreaterThanOrEqual(this.staleAfter);
    } else if (this.isForgotten) {
      expect(status).toBe(last);
    } else {
      const needed = last === "down" ? failureThreshold : successThreshold;
      const recent = this.outcomes.slice(-needed);
      const agree = recent.every((outcome) => (outcome === "down") === (last === "down"));
      if (recent.length === needed && agree) expect(status).toBe(last);
    }
  }

  end(fromLast: number, how: Outcome): void {
    const run = this.script.runs.length - 1 - fromLast;
    const scripted = this.script.runs[run];
    if (scripted === undefined || this.ended.has(run)) return;
    this.ended.add(run);
    this.held = false;
    if (scripted.signal.aborted) this.late = true;
    else this.outcomes[run] = how;
    if (how === "down") scripted.down(new Error("scripted"));
    else scripted.up({ status: how });
  }
}

test("whatever the outcomes, hangs and stalls, the engine keeps its promises", async () => {
  const scenario = fc.asyncProperty(
    options,
    fc.array(step, { maxLength: 60 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    async (own, steps, random) => {
      const world = new World(own, random);
      for (const next of steps) {
        await world.take(next);
        // One run at a time: those that were not aborted.
        expect(world.mostLive).toBeLessThanOrEqual(1);
      }
      await world.clock.advance(DEADLINE);
      await settled();

      // Every probe is answered, by its deadline and the time that the event loop stood still.
      expect(world.answers).toHaveLength(world.probes);
      for (const { askedAt, at, stalled } of world.answers) {
        expect(at - askedAt).toBeLessThanOrEqual(DEADLINE + stalled);
      }
      for (const [index, { at, held, late }] of world.starts.entries()) {
        const wait = at - (world.starts[index - 1]?.at ?? Number.NEGATIVE_INFINITY);
        // Once two runs hang, no run starts sooner than 30 s after the last.
        if (held) expect(wait).toBeGreaterThanOrEqual(30_000);
        // A check on demand is run once per maxAge at most, unless a run that hung has ended.
        if (own.interval === undefined && !late)
          expect(wait).toBeGreaterThanOrEqual(own.maxAge ?? 0);
      }
      expect(world.unearned).toEqual([]);
      world.expectRightState();
      // Closed, it starts nothing and leaves no timer.
      world.engine.close();
      const runs = world.script.runs.length;
      await world.clock.advance(1_000_000);
      expect(world.script.runs).toHaveLength(runs);
      expect(world.clock.pending).toBe(0);
    },
  );
  await fc.assert(scenario, { numRuns: 500 });
});
