import type { Tool } from "../servers/_tools.ts";
import { commandContract } from "./_caller-contract.ts";
import { exitOf } from "./_command.ts";
import { codeOf } from "./_page.ts";
import type { Replica } from "./_replica.ts";

const exit =
  (lead: string, tool: Tool) =>
  async (_: unknown, { port }: Replica) =>
    String(await exitOf(codeOf("wget", lead, { service: port }), tool));

commandContract({
  page: "wget",
  sees: [
    exit("GNU Wget, which is that of Debian, Ubuntu and Fedora:", "wget"),
    exit("BusyBox, which is that of Alpine:", "busybox"),
  ],
});
