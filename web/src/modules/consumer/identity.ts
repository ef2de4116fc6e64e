// What somebody types into the search, as an identity "kind:value".

/** Kinds offered when a bare value could be several. */
export const KINDS = ['phone', 'member_no', 'openid', 'unionid', 'external_userid', 'user_id', 'email', 'taobao_ouid', 'douyin_openid', 'device', 'cookie'] as const

/** "13800138000" -> phone, "a@b.c" -> email, "#12" -> the consumer's number; with a kind already: as it is. null: cannot
 * be told. */
export function guessIdentity(text: string): string | null {
  const s = text.trim()
  if (/^[a-z_]+(@[\w-]+)?:.+$/.test(s)) return s
  if (/^#\d+$/.test(s)) return `consumer:${s.slice(1)}`
  const digits = s.replace(/[\s-]/g, '')
  if (/^(\+?86)?1\d{10}$/.test(digits)) return `phone:${digits.slice(-11)}`
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(s)) return `email:${s}`
  if (/^wm[\w-]{10,}$/.test(s)) return `external_userid:${s}`
  return null
}

/** "openid@wxa1b2c3" -> its kind and app. */
export function splitKind(kind: string): { base: string; app: string } {
  const at = kind.indexOf('@')
  return at < 0 ? { base: kind, app: '' } : { base: kind.slice(0, at), app: kind.slice(at + 1) }
}

/** How an identity is named to the server: by its number, since its value may be masked. */
export function nameOf(i: { no: number }): string {
  return `#${i.no}`
}

/** The address of a consumer's page. A colon may stand in a path as it is, which reads better. */
export function consumerPath(identity: string): string {
  return `/consumer/${encodeURIComponent(identity).replace(/%3A/g, ':')}`
}
