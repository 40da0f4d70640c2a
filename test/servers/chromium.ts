import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** Headless Chromium, which Playwright connects to at the url (`connectOverCDP`). */
export const chromium = defineServer({
  name: "Chromium",
  programs: ["chromium", "chromium-browser", "google-chrome"],
  packages: { debian: ["chromium"], fedora: ["chromium"], homebrew: ["--cask chromium"] },
  start({ port, folder }) {
    return {
      args: [
        "--headless",
        `--remote-debugging-address=${HOST}`,
        `--remote-debugging-port=${port}`,
        `--user-data-dir=${folder}/profile`,
        // The sandbox is not available to root, nor in most containers; what is shown is the tests' own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        // Nothing of the browser's own is to ask for anything outside.
        "--disable-quic",
        "--no-first-run",
        // Its tab is still being opened when a client attaches, and now and then never answers it.
        "--no-startup-window",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
      url: `http://${HOST}:${port}`,
      async ready() {
        const version = await fetch(`http://${HOST}:${port}/json/version`).catch(() => undefined);
        return version?.ok ?? false;
      },
    };
  },
});
