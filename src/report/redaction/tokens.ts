import { hide, hideExactly } from "./rule.ts";

const { raw } = String;

/** The beginnings of the tokens of services. */
const BEGINNINGS = [
  raw`AKIA|ASIA|AIza|ya29\.|GOCSPX-|1//0|EAAA|ATATT3x|dapi|SK|S[ACNOUX](?=[A-Z2-7]{48})|AGE-SECRET-KEY-`,
  raw`gh[pousr]_|github_pat_|gl[a-z]{2,4}-|dckr_pat_|npm_|pypi-|rubygems_`,
  raw`xox[a-z]-|xapp-|[srp]k_(?:live|test)_|whsec_|shp[a-z]{2}_|sq0[a-z]{3}-`,
  raw`sk-|hf_|SG\.|key-|re_|hv[sb]\.|s\.|do[opr]_v1_|dp\.[a-z]+\.`,
  raw`lin_api_|glsa_|NRAK-|PMAK-|ntn_|figd_|sbp_|pscale_\w+_`,
].join("|");

/** Private keys, which hold what reads as names. */
export const BLOCK_RULES = [
  hide`()-{2,5}\s?BEGIN[^-]*PRIVATE KEY[^-]*-{2,5}.*?(?:-{2,5}\s?END[^-]*-+|$)`,
  hide`(\bPrivate-Lines:|"kty":).*`,
];

/** Credentials that are known by how they look: tokens, JSON web tokens, and hashes of passwords. */
export const TOKEN_RULES = [
  hideExactly`()(?<![\w-])(?=[\w.-]{0,60}\d|A[KS]IA[A-Z]{12})(?:${BEGINNINGS})[\w.-]{12,}`,
  hideExactly`()\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}`,
  hide`()(?:\{S?SHA\d*\}|(?:SCRAM-SHA-|pbkdf2_sha)\d+\$|\$(?:apr1|2[abxy]|[156y]|argon2\w*)\$)\S+`,
];
