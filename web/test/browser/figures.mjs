// Figures on the screen against the API's: for a page, the elements by their data-figure and what they must say.

/** from=…&to=… of the last n days, both included. */
async function lastDays(get, n) {
  const to = (await get('/api/v1/report/assets')).as_of
  return `from=${new Date(Date.parse(to) - (n - 1) * 86400000).toISOString().slice(0, 10)}&to=${to}`
}
/** The reply of an operation that answers with a job. */
async function long(get, path) {
  const { job } = await get(path)
  while ((await get(`/api/v1/jobs/${job.id}`)).state !== 'done') await new Promise((resolve) => setTimeout(resolve, 50))
  return get(`/api/v1/jobs/${job.id}/reply`)
}
const FLOW = '/api/v1/report/flow'

/** { path of the page: async (get) => { figure: number } }; get asks the API. Shares are compared as shown, in percent. */
export const figures = {
  '/overview': async (get) => {
    const assets = await get('/api/v1/report/assets')
    const flow = await get(FLOW)
    const fast = await get(`/api/v1/report/fast?from=${flow.from}&to=${flow.to}`)
    const out = { known: assets.known, 'flow.total': flow.known_to, 'fast.fertility': fast.fertility, 'fast.superiority': fast.superiority, 'fast.advancing': fast.advancing, 'fast.thriving': fast.thriving }
    for (const s of assets.stages) out[`stage.${s.stage}`] = s.consumers
    for (const [k, n] of Object.entries(flow.moves)) out[`moves.${k}`] = n
    flow.stages.forEach((from, i) => flow.stages.forEach((to, j) => {
      if (flow.matrix[i][j]) out[`flow.${from}.${to}`] = flow.matrix[i][j]
    }))
    return out
  },
  '/analyze/funnel': async (get) => {
    const { steps } = await get(`/api/v1/analyze/funnel?step=item_view&step=add_cart&step=purchase&within=7d&${await lastDays(get, 90)}`)
    return { 'funnel.conversion': steps.at(-1).share, 'funnel.first': steps[0].consumers, 'funnel.last': steps.at(-1).consumers }
  },
  '/analyze/retention': async (get) => {
    const days = await lastDays(get, 90)
    const from = new Date(Date.parse(days.slice(5, 15)))
    from.setUTCDate(from.getUTCDate() - ((from.getUTCDay() + 6) % 7))
    const { cohorts } = await get(`/api/v1/analyze/retention?unit=week&from=${from.toISOString().slice(0, 10)}&${days.slice(16)}`)
    const out = { 'retention.size': cohorts.reduce((n, c) => n + c.size, 0) }
    for (const k of [1, 4]) {
      const over = cohorts.filter((c) => c.whole > k)
      out[`retention.after.${k}`] = over.reduce((n, c) => n + c.retained[k], 0) / over.reduce((n, c) => n + c.size, 0)
    }
    return out
  },
  '/analyze/interval': async (get) => {
    const [all] = (await get(`/api/v1/analyze/interval?by=all&ahead=30&${await lastDays(get, 365)}`)).rows
    return { 'interval.median': all.median, 'interval.intervals': all.intervals, 'interval.repeat': all.repeat_buyers, 'interval.over': all.over, 'interval.due': all.due }
  },
  '/analyze/basket': async (get) => {
    const r = await get(`/api/v1/analyze/basket?of=item&${await lastDays(get, 365)}`)
    return { 'basket.pieces': r.pieces_per_order, 'basket.amount': r.amount_per_order, 'basket.orders': r.orders, 'basket.buyers': r.buyers }
  },
  '/analyze/repurchase': async (get) => {
    const r = await get(`/api/v1/analyze/repurchase?${await lastDays(get, 365)}`)
    return { 'repurchase.rate': r.rate, 'repurchase.repeat': r.repeat_buyers, 'repurchase.buyers': r.buyers, 'repurchase.orders': r.orders }
  },
  '/analyze/rfm': async (get) => {
    const r = await get('/api/v1/analyze/rfm')
    const out = { 'rfm.consumers': r.consumers, 'rfm.orders': r.orders, 'rfm.amount': r.amount }
    for (const x of r.types) out[`type.${x.type}`] = x.consumers
    for (const c of r.grid) if (c.consumers) out[`rfm.${c.r}.${c.f}`] = c.consumers
    return out
  },
  '/analyze/distribution': async (get) => {
    const r = await get(`/api/v1/analyze/distribution?of=orders&${await lastDays(get, 365)}`)
    return { 'distribution.consumers': r.consumers, 'distribution.mean': r.mean, 'distribution.sum': r.sum, 'quantile.p90': r.quantiles.p90, 'quantile.max': r.quantiles.max }
  },
  '/analyze/clv': async (get) => {
    const r = await long(get, '/api/v1/analyze/clv?value=true')
    const out = { 'clv.consumers': r.consumers, 'clv.alive': Math.round(r.alive), 'clv.purchases': Math.round(r.expected_purchases), 'clv.value': r.clv }
    for (const [k, n] of Object.entries({ ...r.params, p: r.gamma_gamma.p, q: r.gamma_gamma.q, gamma: r.gamma_gamma.gamma })) if (n !== null) out[`param.${k}`] = n
    return out
  },
  '/analyze/path': async (get) => {
    const r = await get(`/api/v1/analyze/path?${await lastDays(get, 30)}`)
    return { 'path.sessions': r.sessions, 'path.consumers': r.consumers, 'path.different': r.different, 'path.0': r.paths[0].sessions, 'path.5': r.paths[5].sessions }
  },
  '/analyze/attribution': async (get) => {
    const r = await get(`/api/v1/analyze/attribution?${await lastDays(get, 30)}`)
    const out = { 'attribution.conversions': r.conversions, 'attribution.touched': r.touched, 'attribution.amount': r.amount }
    for (const l of r.labels) for (const [m, c] of Object.entries(l.credits)) out[`credit.${l.label}.${m}`] = c.count
    return out
  },
  '/consumer/:identity': async (get, address) => {
    const c = await get(`/api/v1/consumer?identity=${address.split('/').pop()}`)
    return { events: c.events, purchases: c.purchases, paid: c.paid }
  },
  '/tag/:name': async (get, address) => {
    const tag = await get(`/api/v1/tag?name=${address.split('/').pop()}`)
    const out = { consumers: tag.consumers, coverage: tag.consumers / (await get('/api/v1/who/count', { question: 'all' })).known }
    for (const v of tag.values) out[`value.${v.value}`] = v.consumers
    return out
  },
  '/settings/about': async (get) => {
    const s = await get('/api/v1/status')
    return { consumers: s.consumers, identities: s.identities, events: s.events }
  },
  '/crowd/:name': async (get, address) => {
    const name = decodeURIComponent(new URL(address, 'http://x').pathname.split('/').pop())
    return { 'crowd.consumers': (await get(`/api/v1/crowd?name=${encodeURIComponent(name)}`)).consumers }
  },
  '/crowd/overlap': async (get) => {
    const { crowds } = await get('/api/v1/crowds')
    const o = await get(`/api/v1/crowd/overlap?${crowds.slice(0, 4).map((c) => `name=${encodeURIComponent(c.crowd)}`).join('&')}`)
    return { 'overlap.any': o.any, 'overlap.all': o.all }
  },
  '/crowd/new': async (get, address) => {
    const question = new URL(address, 'http://x').searchParams.get('q')
    return { count: (await get('/api/v1/who/count', { question })).count }
  },
}

/** "30,082", "57.8%", "¥2,705.20" -> what the API would say. */
function read(text) {
  const n = Number(text.replace(/[,¥\s]/g, '').replace('−', '-').replace('%', ''))
  return text.includes('%') ? { n, percent: true } : { n, percent: false }
}

/** Differences, a line each. */
export async function compare(page, route, address) {
  const expected = figures[route]
  if (!expected) return []
  const get = async (path, data) => {
    const r = data ? await page.request.post(path, { data, headers: { 'X-Pond-Request': '1' } }) : await page.request.get(path)
    if (!r.ok()) throw new Error(`${path}: ${r.status()}`)
    return r.json()
  }
  const wrong = []
  for (const [name, value] of Object.entries(await expected(get, address))) {
    const element = page.locator(`[data-figure="${name}"]`)
    const text = (await element.count()) ? await element.first().evaluate((e) => e.firstChild?.textContent ?? '') : ''
    const shown = read(text)
    const same = shown.percent ? Math.abs(shown.n - value * 100) <= 0.0500001 : Math.abs(shown.n - value) < 0.005
    if (!text || !same) wrong.push(`${name}: the screen says "${text}", the API ${value}`)
  }
  return wrong
}
