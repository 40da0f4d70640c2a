import { hide } from "./rule.ts";

/** How tokens of services begin. */
const BEGINNINGS =
  "AKIA|ASIA|AIza|EAAA|ATATT3x|dapi|SK|S[ACNOUX](?=[A-Z2-7]{48})|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|dckr_pat_|npm_|pypi-|rubygems_|xox[a-z]-|xapp-|[srp]k_(?:live|test)_|whsec_|sk-|SG\\.|key-|re_|shp[a-z]{2}_|sq0[a-z]{3}-|ya29\\.|GOCSPX-|1//0|hf_|hv[sb]\\.|s\\.|do[opr]_v1_|dp\\.[a-z]+\\.|lin_api_|glsa_|NRAK-|PMAK-|ntn_|figd_|sbp_|pscale_\\w+_|AGE-SECRET-KEY-";

/** Private keys, which hold what reads as names. */
export const BLOCK_RULES = [
  hide("()(?:-{2,5}\\s?BEGIN[^-]*PRIVATE KEY[^-]*-{2,5}).*?(?:-{2,5}\\s?END[^-]*-+|$)"),
  hide('(\\bPrivate-Lines:|"kty":).*'),
];

/** Credentials that are known by how they look: tokens, JSON web tokens, and hashes of passwords. */
export const TOKEN_RULES = [
  hide(`()(?<![\\w-])(?=[\\w.-]*\\d)(?:${BEGINNINGS})[\\w.-]{12,}`, "g"),
  hide("()\\beyJ[\\w-]{5,}(?:\\.[\\w-]*){1,4}", "g"),
  hide("()(?:\\{S?SHA\\d*\\}|SCRAM-SHA-\\d+\\$|\\$(?:apr1|2[abxy]|[156y]|argon2\\w*)\\$)\\S+"),
];
