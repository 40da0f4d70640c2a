import { fetch } from "./service.mjs";

const onListen = () => console.log("listening");
globalThis.Deno.serve(
  { hostname: "127.0.0.1", port: Number(globalThis.Deno.env.get("PORT")), onListen },
  (request) => fetch(request),
);
