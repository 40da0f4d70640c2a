import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstReply } from "./_first-reply.ts";
import { HOST } from "./_place.ts";
import { run } from "./_run.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

export interface VarnishOptions {
  /** Its VCL, from the line with the version on. */
  vcl: string;
}

/** Without optimisation, which takes most of the time of a start. */
const QUICK_COMPILER = "exec cc -O0 -fpic -pthread -shared -o %o %s";

const NO_BACKEND = "vcl 4.1;\nbackend default none;\n";

/** Varnish, which compiles its VCL when it starts. */
export const varnish = defineServer<VarnishOptions>({
  name: "Varnish",
  programs: ["varnishd"],
  folders: ["/usr/sbin", "/usr/local/sbin"],
  packages: { debian: ["varnish"], fedora: ["varnish"], homebrew: ["varnish"] },
  async start({ port, folder }, { vcl = NO_BACKEND }) {
    const file = join(folder, "default.vcl");
    await writeFile(file, vcl);
    return {
      args: [
        ...["-F", "-f", file, "-n", workIn(folder), "-a", `${HOST}:${port}`, "-T", `${HOST}:0`],
        // As the user that it is started by, and with little of everything.
        ...["-j", "none", "-s", "malloc,8m", "-p", "thread_pool_min=10", "-p", "vsl_space=1M"],
        ...(process.platform === "linux" ? ["-p", `cc_command=${QUICK_COMPILER}`] : []),
      ],
      url: `http://${HOST}:${port}`,
      async ready() {
        const reply = await firstReply(port, "GET / HTTP/1.0\r\n\r\n").catch(() => "");
        return reply.startsWith("HTTP/1.1 ");
      },
    };
  },
});

/** What Varnish believes of a backend: `healthy`, `sick`, or `probe`, when it has not asked yet. */
export async function healthOf({ folder }: RunningServer, backend: string): Promise<string> {
  const list = await run("varnishadm", ["-n", workIn(folder), "backend.list", "-j"]);
  const [, , , backends] = JSON.parse(list);
  const [, found] = Object.entries<{ probe_message: [number, number, string] }>(backends).find(
    ([name]) => name.endsWith(`.${backend}`),
  ) ?? [backend, undefined];
  if (found === undefined) throw new Error(`Varnish knows of no backend "${backend}":\n${list}`);
  return found.probe_message[2];
}

function workIn(folder: string): string {
  return join(folder, "work");
}
