import { looksLikeToken, looksRandom, looksSecret } from './looks.js';
import { Edits, type TextContext } from './text-rule.js';

const MAX_USERINFO = 512;
/** Ends an address in running text. */
const OUTSIDE = /[\s"'<>`\\]/;

/** Addresses whose path is a secret: whoever has it can post. The group is the part that stays. */
const WEBHOOK =
  /(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/|(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/|[\w.-]{1,60}\.webhook\.office\.com\/webhookb2\/|outlook\.office\.com\/webhook\/|hooks\.zapier\.com\/hooks\/catch\/|(?:hook\.)[\w.]{0,20}make\.com\/|maker\.ifttt\.com\/trigger\/[\w-]{1,60}\/with\/(?:json\/)?key\/|api\.telegram\.org\/(?:file\/)?bot|webhook\.site\/|open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/v2\/hook\/|events\.pagerduty\.com\/integration\/|[\w.-]{1,60}\/hooks\/(?=[a-z0-9]{26}(?![\w-])))((?!\[REDACTED)[^\s"'<>`\\?#)\]]{6,})/iy;

/** Replaces the credentials of the address whose `://` is at `colon`: user and password, token before `@`, path of a webhook. */
export function redactAddress(
  text: string,
  colon: number,
  context: TextContext,
  edits: Edits | undefined,
): Edits | undefined {
  const start = colon + 3;
  const end = endOfUserinfo(text, start);
  let used = edits;
  if (end > 0 && !context.allows(text.slice(start, end))) {
    used ??= new Edits(text);
    used.replace(start, end);
  }
  WEBHOOK.lastIndex = end > 0 ? end + 1 : start;
  const path = WEBHOOK.exec(text)?.[2];
  if (path === undefined || context.allows(path)) return used;
  used ??= new Edits(text);
  used.replace(WEBHOOK.lastIndex - path.length, WEBHOOK.lastIndex);
  return used;
}

/** `https:\/\/user:password@host`, as some writers of JSON escape it. */
export function redactEscapedUrls(text: string, context: TextContext): string {
  if (!text.includes(':\\/')) return text;
  return text.replace(
    /(:\\+\/\\+\/)([^\s/"'@:<>\\]{0,64}:[^\s/"'@<>\\]{1,256})(?=@)/g,
    (match, lead: string, secret: string) => (context.allows(secret) ? match : `${lead}[REDACTED]`),
  );
}

/** Returns the index of the `@` that ends user and password; 0 if there are none or they hold no secret. */
function endOfUserinfo(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_USERINFO);
  if (text.charCodeAt(start) === 0x5b) return 0;
  let colon = 0;
  let slash = 0;
  let last = 0;
  for (let i = start; i < limit; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x40) last = i;
    else if (code === 0x3a && colon === 0) colon = i;
    else if ((code === 0x2f || code === 0x3f || code === 0x23) && slash === 0) {
      slash = i;
      if (last > 0 || colon === 0 || isPort(text, colon + 1, i)) break;
    } else if (OUTSIDE.test(text.charAt(i))) break;
    // An address within the query or path of this one is looked at by itself.
    else if (slash > 0 && code === 0x3a && text.startsWith('://', i)) break;
    if (slash > 0 && last > 0) break;
  }
  if (last === 0) return 0;
  if (colon > 0 && colon < last)
    return holdsPassword(text.slice(colon + 1, last), slash > 0 && slash < last) ? last : 0;
  const user = text.slice(start, last);
  return looksRandom(user, true) || (user.length >= 20 && looksLikeToken(user)) ? last : 0;
}

/** `${PASSWORD}` and `<password>` are placeholders. A part of an address that holds a `/` may be its path. */
function holdsPassword(password: string, hasSlash: boolean): boolean {
  if (password === '' || /^(?:\$?\{|\$\w+$|<)/.test(password)) return false;
  return !hasSlash || looksSecret(password);
}

function isPort(text: string, from: number, to: number): boolean {
  if (to - from > 5) return false;
  for (let i = from; i < to; i += 1) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false;
  return true;
}
