import { fetch } from "./service.mjs";

globalThis.Bun.serve({ hostname: "127.0.0.1", port: Number(process.env.PORT), fetch });
console.log("listening");
