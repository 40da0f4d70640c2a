import type { Requirement } from "../servers/_install.ts";
import { commandContract } from "./_caller-contract.ts";
import { exitOf } from "./_command.ts";
import { codeOf } from "./_page.ts";
import type { Replica } from "./_replica.ts";

const GNU = {
  name: "GNU Wget",
  programs: ["wget"],
  packages: { debian: ["wget"], fedora: ["wget1-wget"], homebrew: ["wget"] },
};

const BUSYBOX = {
  name: "BusyBox",
  programs: ["busybox"],
  packages: { debian: ["busybox"], fedora: ["busybox"], homebrew: ["busybox"] },
};

const exit =
  (lead: string, program: Requirement) =>
  async (_: unknown, { port }: Replica) =>
    String(await exitOf(codeOf("wget", lead, { service: port }), program));

commandContract({
  page: "wget",
  sees: [
    exit("GNU Wget, which is that of Debian, Ubuntu and Fedora:", GNU),
    exit("BusyBox, which is that of Alpine:", BUSYBOX),
  ],
});
