// Builds the site into site/dist/, or with --serve shows it at an address of this machine while pages are written.
import { fileURLToPath } from "node:url";
import { build, createServer } from "vitepress";
import { writeApi } from "./api.mjs";

const site = fileURLToPath(new URL(".", import.meta.url));

await writeApi();
if (process.argv.includes("--serve")) {
  const server = await createServer(site, { host: "127.0.0.1" });
  await server.listen();
  server.printUrls();
} else {
  await build(site);
}
