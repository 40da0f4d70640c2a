// A service with one check of this process, whose state it prints when that changes, and which does to
// itself what it is told by messages.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  openSync,
  promises,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createHealth } from "hale";

const { check, options } = JSON.parse(process.argv[2]);
const { [check]: make } = await import("hale/checks");
const health = createHealth({
  checks: { it: make(options) },
  logger: false,
  defaults: { maxAge: 0 },
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const look = async () => {
  const [seen] = (await health.report("deep")).checks;
  highest = Math.max(highest, seen.observations?.delay?.value ?? 0);
  return seen;
};
const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

let highest = 0;
let kept = [];
let descriptors = [];
let busy = false;

/** Does something until the check has seen so many per cent. */
async function until(observation, percent, step) {
  while ((await look()).observations[observation].value < percent) {
    step();
    await turn();
  }
}

const ORDERS = {
  keepObjects: (percent) =>
    until("full", percent, () => {
      for (let item = 0; item < 20_000; item++) kept.push({ item, list: [item] });
      collect();
    }),
  keepBuffers: (percent) => until("full", percent, () => kept.push(Buffer.alloc(2 ** 21, 1))),
  release() {
    kept = [];
    collect();
  },
  stall(milliseconds) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  },
  /** Keeps the loop busy, with turns of so many milliseconds. */
  work(turnOf) {
    busy = true;
    const chunk = () => {
      ORDERS.stall(turnOf);
      if (busy) setImmediate(chunk);
    };
    chunk();
  },
  rest() {
    busy = false;
  },
  openAll(count) {
    while (descriptors.length < count) descriptors.push(openSync("/dev/null", "r"));
  },
  closeAll() {
    for (const descriptor of descriptors) closeSync(descriptor);
    descriptors = [];
  },
  /** Fills a file system to its last byte. */
  fill(folder) {
    try {
      for (let file = 0; ; file++)
        writeFileSync(join(folder, `filling-${file}`), Buffer.alloc(65536));
    } catch (failure) {
      if (failure.code !== "ENOSPC") throw failure;
    }
  },
  writeOne([folder, bytes]) {
    writeFileSync(join(folder, "filling-one"), Buffer.alloc(bytes));
  },
  makeFiles([folder, count]) {
    for (let file = 0; file < count; file++) writeFileSync(join(folder, `filling-${file}`), "");
  },
  empty(folder) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  },
  /** What is in a folder and was not written by an order. */
  listHidden: (folder) =>
    readdirSync(folder)
      .filter((name) => !name.startsWith("filling"))
      .join(),
  remount: ([folder, how]) => execFileSync("mount", ["-o", `remount,${how}`, folder]),
  /** Reads a file often enough that the kernel takes it for one in use. */
  readOften(file) {
    const piece = Buffer.alloc(2 ** 20);
    for (let time = 0; time < 3; time++) {
      const descriptor = openSync(file, "r");
      while (readSync(descriptor, piece) > 0);
      closeSync(descriptor);
    }
  },
  writeLarge([file, mebibytes]) {
    rmSync(file, { force: true });
    for (let part = 0; part < mebibytes; part++) {
      writeFileSync(file, Buffer.alloc(2 ** 20, part), {
        flag: "a",
        flush: part === mebibytes - 1,
      });
    }
  },
  /** Takes a thread of the pool for a moment, and so fails to end when there is none left. */
  stat: async (path) => (await promises.stat(path)).isDirectory(),
  look,
  /** Lets the loop turn so many times, each for 10 ms. */
  async turns(times) {
    for (let done = 0; done < times; done++) await turn();
  },
  highestDelay: () => highest,
};

process.on("message", async ([order, argument]) => {
  const result = await ORDERS[order](argument);
  process.send([order, result ?? null]);
});

let last;
for (;;) {
  const { status, reason } = await look();
  if (status !== last) console.log(`is ${status}: ${reason ?? "no reason"}`);
  last = status;
  await turn();
}
