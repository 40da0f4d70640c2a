export const dynamic = "force-dynamic";

export async function GET() {
  const released = new Promise((resolve) => process.once("SIGUSR2", resolve));
  console.log(`came /slow to process ${process.pid}`);
  await released;
  return new Response("whole");
}
