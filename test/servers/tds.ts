import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

const PROGRAM = fileURLToPath(new URL("_tds-program.mjs", import.meta.url));

/** A stand-in for SQL Server, where the user `hale` logs in with a password, and every query is answered with 1. */
export const tds = defineServer({
  name: "TDS",
  programs: ["node"],
  packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  start({ port }) {
    const credentials = { user: "hale", password: "correct-horse" };
    return {
      args: [PROGRAM, JSON.stringify({ host: HOST, port, ...credentials })],
      url: `mssql://hale:correct-horse@${HOST}:${port}`,
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
