import { sharedState } from "../contract/shared-state.ts";

/** The servers of Fastify apps, and whether the app was closed. */
const apps = sharedState("fastify apps", () => new WeakMap<object, { isClosed: boolean }>());

/** Notes the server of a Fastify app; returns what notes that the app is closed. */
export function noteFastifyApp(server: object): () => void {
  const app = { isClosed: false };
  apps.set(server, app);
  return () => {
    app.isClosed = true;
  };
}

/** Whether a server is that of a Fastify app that was not closed. */
export function hasOpenFastifyApp(server: object): boolean {
  return apps.get(server)?.isClosed === false;
}
