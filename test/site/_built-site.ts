import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { serve } from "../_support/serve.ts";

/** The folder of the built site. */
export const BUILT = "site/dist";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".png": "image/png",
};

/** Builds the site. Rejects with what the build has written where that fails. */
export async function buildSite(): Promise<void> {
  await promisify(execFile)(process.execPath, ["scripts/docs.mjs"]).catch((error) => {
    throw new Error(`The site was not built:\n${error.stdout}${error.stderr}`);
  });
}

/** Serves the built site as a host of static files does, which finds pages without their ending. */
export async function serveSite(): Promise<{ base: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site.invalid");
    const file = [pathname, `${pathname}.html`, `${pathname}/index.html`]
      .map((each) => join(BUILT, decodeURIComponent(each)))
      .find((each) => existsSync(each) && statSync(each).isFile());
    const found = file ?? join(BUILT, "404.html");
    response.writeHead(file === undefined ? 404 : 200, {
      "content-type": TYPES[extname(found)] ?? "text/plain; charset=utf-8",
    });
    response.end(readFileSync(found));
  });
  return serve(server);
}
