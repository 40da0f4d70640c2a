import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { CERTIFICATE } from "../_support/certificate.ts";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

export interface UpstreamOptions {
  /** Which protocol it speaks. */
  speaks: "http" | "tls" | "grpc";
  /** The password that the user `hale` must give at `/private`. */
  password: string;
}

const PROGRAM = fileURLToPath(new URL("_upstream-program.mjs", import.meta.url));

/** What a check of an upstream asks, written with the packages that services use for it. */
export const upstream = defineServer<UpstreamOptions>({
  name: "Upstream",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port }, { speaks = "http", password = "" }) {
    return {
      args: [PROGRAM, JSON.stringify({ speaks, host: HOST, port, password, ...CERTIFICATE })],
      url: `${speaks}://${HOST}:${port}`,
      ready: () => accepts(port),
    };
  },
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.on("connect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
  });
}
