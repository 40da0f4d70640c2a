import { hide } from "./rule.ts";

const { raw } = String;

/** `//`, also as JSON may write it. */
const SLASHES = raw`(?:\\?/){2}`;

/** A port or white space after `host:`, which cannot be a password. */
const PORT = raw`(?:\d{1,5}(?:[\s/?#,;:.)\]}>"'\x60…\\]|$)|\s|$)`;

/** The part of a URL in front of a password. */
const USER = raw`(:${SLASHES})[^\s/@:?#[;]*:`;

/** Credentials in URLs. They end at the last "@" of a word, since a password may hold others. */
export const URL_RULES = [
  // With white space in the password too, or cut off before the "@".
  hide`${USER}(?!${PORT})(?:\S*(?:@\S*\s(?!\S*:/)\S*)?(?=@)|[^@]{1,200}(?:@\S*)?(?=@)|\S+)`,
  // What reads as a port at first; a query has names of its own.
  hide`${USER}(?!\S{0,400}[?&;][\w.-]{1,40}=)\s?\S{0,400}(?=@)`,
  // Without a scheme.
  hide`((?<![\w:/])${SLASHES}[^\s/@:?#[;]*:)\S{1,400}(?=@)`,
  // A token for a user.
  hide`(${SLASHES})[^\s/@?#;]*(?=@|%40$)`,
  hide`(%(?:25)*3A(?:%(?:25)*2F){2})\S*(?=%(?:25)*40)`,
  hide`(\b(?:jdbc:oracle:\w+:|sqlplus )\w+/)\S{1,200}(?=@)`,
  // Paths that are the credential: of webhooks, bots and intakes.
  hide`(:/\S{0,99}(?:hooks\.\w+\.com|/webhook\w*|/v1/input|/with/key|/bot(?=\d))/?|[?&]code=)[^\s&]+`,
];

/**
 * The same without slashes, for when commands have been read. A container image has a digest behind
 * its "@", and a time no user.
 */
export const BARE_USER_RULE = hide`()(?<![\w/.:-])(?![\d:.]+@|mailto:)[\w.+%-]{0,64}:(?!\S{0,400}:\\?/\\?/|\\?/\\?/)\S{1,400}(?=@[\w[(])(?!@sha\d)`;
