import { describe, expect, test } from "vitest";
import { EXPOSURES } from "../../src/contract/format.ts";
import { type Access, createAccess } from "../../src/http/access.ts";
import { judge } from "../../src/http/judge.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const TOKEN = "0123456789abcdef";
const OTHER = "fedcba9876543210-and-more";

/** What a request may see, whether that is known at once or has to be judged. */
const seen = (access: Access, request: Parameters<typeof judge>[1]) =>
  access.known(request) ?? judge(access, request);

const asks = (authorization?: string | null) => ({
  method: "GET",
  url: "/livez",
  header: (name: string) => (name === "authorization" ? authorization : undefined),
});

describe("without tokens", () => {
  test.each(EXPOSURES)("everybody sees %s, whatever they present", (expose) => {
    const access = createAccess(expose, []);
    expect(seen(access, asks())).toBe(expose);
    expect(seen(access, asks(`Bearer ${TOKEN}`))).toBe(expose);
    expect(seen(access, asks("Bearer "))).toBe(expose);
  });
});

describe.each(["status", "checks"] as const)("with tokens, and %s for everybody", (expose) => {
  const access = createAccess(expose, [TOKEN, OTHER]);

  test.each([
    ["the first token", `Bearer ${TOKEN}`],
    ["another token, for rotation", `Bearer ${OTHER}`],
    ["a scheme in lower case", `bearer ${TOKEN}`],
    ["a scheme in upper case", `BEARER ${TOKEN}`],
    ["several spaces before it", `Bearer   ${TOKEN}`],
  ])("who presents %s sees details", (_, header) => {
    expect(seen(access, asks(header))).toBe("details");
  });

  test.each<[string, string | null | undefined]>([
    ["nothing", undefined],
    ["null", null],
    ["an empty header", ""],
    ["a scheme alone", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["a token alone", TOKEN],
    ["a wrong token", "Bearer aaaaaaaaaaaaaaaa"],
    ["a token whose first character is wrong", `Bearer x${TOKEN.slice(1)}`],
    ["a token whose last character is wrong", `Bearer ${TOKEN.slice(0, -1)}x`],
    ["a token in another case", `Bearer ${TOKEN.toUpperCase()}`],
    ["the beginning of a token", `Bearer ${TOKEN.slice(0, -1)}`],
    ["the first character of a token", `Bearer ${TOKEN[0]}`],
    ["a token and one character more", `Bearer ${TOKEN}0`],
    ["a token twice", `Bearer ${TOKEN}${TOKEN}`],
    ["both tokens in one", `Bearer ${TOKEN}${OTHER}`],
    ["two headers made one", `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ["a token and a word", `Bearer ${TOKEN} x`],
    ["a token in quotes", `Bearer "${TOKEN}"`],
    ["another scheme", `Basic ${TOKEN}`],
    ["a scheme that ends so", `XBearer ${TOKEN}`],
    ["a scheme without a space", `Bearer${TOKEN}`],
    ["a scheme with a colon", `Bearer:${TOKEN}`],
    ["a tab for the space", `Bearer\t${TOKEN}`],
    ["a line break for the space", `Bearer\n${TOKEN}`],
    ["a line break at the end", `Bearer ${TOKEN}\n`],
    [
      "a character that differs above its first byte",
      `Bearer ${String.fromCharCode(0x130)}${TOKEN.slice(1)}`,
    ],
    ["a token of a megabyte", `Bearer ${"0".repeat(1 << 20)}`],
    ["a token again and again for a megabyte", `Bearer ${TOKEN.repeat(1 << 16)}`],
  ])("who presents %s sees that alone", (_, header) => {
    expect(seen(access, asks(header))).toBe(expose);
  });
});

test("nothing has to be judged for who presents nothing, or where there is no token", () => {
  expect(createAccess("checks", [TOKEN]).known(asks())).toBe("checks");
  expect(createAccess("checks", []).known(asks(`Bearer ${TOKEN}`))).toBe("checks");
  expect(createAccess("checks", [TOKEN]).known(asks("Bearer wrong"))).toBeUndefined();
});

test("with details for everybody, a wrong token takes nothing away", () => {
  expect(seen(createAccess("details", [TOKEN]), asks("Bearer wrong"))).toBe("details");
});

test("only the header authorization is asked for", () => {
  const names: string[] = [];
  const request = {
    method: "GET",
    url: `/livez?token=${TOKEN}&access_token=${TOKEN}`,
    header(name: string) {
      names.push(name);
      return undefined;
    },
  };
  expect(seen(createAccess("checks", [TOKEN]), request)).toBe("checks");
  expect(names).toEqual(["authorization"]);
});

test.each([16, 17, 64, 1024])("a token of %i characters is good", (length) => {
  const token = "t".repeat(length);
  const access = createAccess("checks", [token]);
  expect(seen(access, asks(`Bearer ${token}`))).toBe("details");
  expect(seen(access, asks(`Bearer ${token}t`))).toBe("checks");
  expect(seen(access, asks(`Bearer ${token.slice(1)}`))).toBe("checks");
});

describe("a token that is too weak is refused", () => {
  test.each<[string, unknown]>([
    ["an empty text", ""],
    ["15 characters", "0123456789abcde"],
    ["white space alone", " ".repeat(32)],
    ["a space inside", "0123456789 abcdef"],
    ["a space before", " 0123456789abcdef"],
    ["a line break after", "0123456789abcdef\n"],
    ["a tab inside", "01234567\t89abcdef"],
    ["more characters than are compared", "t".repeat(1025)],
    ["undefined", undefined],
    ["null", null],
    ["a number", 1234567890123456],
    ["a BigInt", 1234567890123456n],
    ["a list", [TOKEN]],
    ["an object", { length: 16 }],
    ["a boxed text", Object(TOKEN)],
  ])("%s", (_, token) => {
    const error = haleErrorOf(() => createAccess("checks", [TOKEN, token as string]));
    expect(error.code).toBe("HALE_WEAK_TOKEN");
    expect(error.message).toMatch(/^Access token 2 must be /);
  });

  test("a hole in the list", () => {
    const tokens = [TOKEN];
    tokens.length = 2;
    expect(haleErrorOf(() => createAccess("checks", tokens)).code).toBe("HALE_WEAK_TOKEN");
  });

  test("without being quoted", () => {
    const { message } = haleErrorOf(() => createAccess("checks", ["hunter2"]));
    expect(message).not.toContain("hunter2");
  });
});
