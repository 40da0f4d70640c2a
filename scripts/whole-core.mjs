/** Removes the marks of calls that a bundler may drop from the core, which every program uses as a whole. */
export const wholeCore = {
  name: "whole-core",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.name === "core") chunk.code = chunk.code.replaceAll("/* @__PURE__ */ ", "");
    }
  },
};
