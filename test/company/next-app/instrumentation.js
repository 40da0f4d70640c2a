/** Where a service has its shutdown that does not know the server of Next.js. */
export async function register() {
  if (process.env.HALE_IN !== "instrumentation") return;
  const { createHealth } = await import("hale");
  const { gracefulShutdown } = await import("hale/node");
  const health = createHealth();
  gracefulShutdown({ health, onClose: { database: () => {} }, drain: { min: 1000 } });
}
