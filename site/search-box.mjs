// The box of the search, whose theme declares a button around a field and links, and options around links. Readers of
// screens cannot tell these apart, so it becomes a dialog with a list of links.

/** The mends of the theme's template: each text, and what takes its place. */
const MENDS = [
  [
    /role="button"\s+:aria-owns="[^"]*"\s+aria-expanded="true"\s+aria-haspopup="listbox"/,
    'role="dialog" aria-modal="true"',
  ],
  [/:role="results\?\.length \? 'listbox' : undefined"/, ""],
  [
    /:aria-selected="selectedIndex === index \? 'true' : 'false'"\s+role="option"/,
    `:aria-current="selectedIndex === index ? 'true' : undefined"`,
  ],
  [/:aria-label="\[\.\.\.p\.titles, p\.title\]\.join\(' > '\)"/, ""],
  [/<kbd :aria-label=/g, '<kbd role="img" :aria-label='],
];

/** Makes a plugin of Vite that mends the box; it throws when the theme has changed. */
export function plainSearchBox() {
  return {
    name: "plain-search-box",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/VPLocalSearchBox.vue")) return undefined;
      return MENDS.reduce((text, [from, to]) => {
        if (text.search(from) === -1)
          throw new Error(`VPLocalSearchBox.vue has no ${from} any more.`);
        return text.replace(from, to);
      }, code);
    },
  };
}
