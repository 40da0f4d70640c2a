export default {
  output: "standalone",
  // What start.mjs needs goes into the standalone folder too.
  outputFileTracingIncludes: {
    "/**": ["start.mjs", "database.mjs", "node_modules/hale/**/*"],
  },
};
