// The standalone server of Next.js as it is.
await import(process.argv[2]);
