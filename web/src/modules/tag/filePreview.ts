// The first rows of a file of tags as they will be read, before it is sent: what docs/tags.md says of columns.
export interface TagRowText {
  line: number
  identity: string
  tag: string
  value: string
  expires: string
}

const WORDS = { identity: ['identity', 'consumer', '标识'], tag: ['tag', '标签', '标签名'], value: ['value', '取值', '标签值'], expires: ['expires', '有效至', '到期日'] } as const
type Field = keyof typeof WORDS
const FIELDS = Object.keys(WORDS) as Field[]

/** UTF-8, UTF-16 by its mark, else GB18030: as the server tells them. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    // The piece may end inside of a character: `stream` forgives that.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return new TextDecoder('gb18030').decode(bytes, { stream: true })
  }
}

/** Rows of a CSV text, each with the line it begins in; quotes may hold commas, lines and doubled quotes. */
export function csvRows(text: string, most: number): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let line = 1
  let first = 1
  const end = () => {
    cells.push(cell)
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: first, cells })
    cells = []
    cell = ''
  }
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const c = text.charAt(i)
    if (quoted) {
      if (c === '"' && text.charAt(i + 1) === '"') cell += text.charAt(i++)
      else if (c === '"') quoted = false
      else cell += c
      if (c === '\n') line++
    } else if (c === '"' && cell === '') quoted = true
    else if (c === ',') {
      cells.push(cell)
      cell = ''
    } else if (c === '\n') {
      end()
      first = ++line
    } else if (c !== '\r') cell += c
  }
  if (rows.length < most && (cell || cells.length)) end()
  return rows
}

/** Which column holds which field; without a header of our words: identity, tag, value, expires. */
export function columnsOf(cells: readonly string[]): Record<Field, number> | null {
  const at = (f: Field) => cells.findIndex((c) => (WORDS[f] as readonly string[]).includes(c.trim().toLowerCase()))
  const found = { identity: at('identity'), tag: at('tag'), value: at('value'), expires: at('expires') }
  return found.identity >= 0 && found.tag >= 0 ? found : null
}

export function previewRows(text: string, most = 20): TagRowText[] {
  const rows = csvRows(text.replace(/^\uFEFF/, ''), most + 1)
  const header = rows[0] ? columnsOf(rows[0].cells) : null
  const columns = header ?? { identity: 0, tag: 1, value: 2, expires: 3 }
  return rows.slice(header ? 1 : 0, header ? most + 1 : most).map(({ line, cells }) => {
    const get = (f: Field) => (columns[f] < 0 ? '' : (cells[columns[f]] ?? '').trim())
    return { line, ...(Object.fromEntries(FIELDS.map((f) => [f, get(f)])) as Record<Field, string>) }
  })
}
