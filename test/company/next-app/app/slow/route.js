export const dynamic = "force-dynamic";

export async function GET() {
  console.log("came /slow");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return new Response("whole");
}
