// Every route of app/modules.ts: no error, no failed request, accessible, figures those of the API. In two looks that differ in
// language, theme and size; POND_WEB_LOOKS=all tries all eight. In the first look each address is loaded, in the others
// the pages follow one another as when somebody clicks.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { check, open } from './browse.mjs'
import { compare } from './figures.mjs'
import { root } from './pond.mjs'

const wide = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const looks = [
  { lang: 'zh', theme: 'light', ...wide },
  { lang: 'en', theme: 'dark', ...phone },
]
const others = [
  { lang: 'en', theme: 'dark', ...wide },
  { lang: 'zh', theme: 'dark', ...wide },
  { lang: 'en', theme: 'light', ...wide },
  { lang: 'zh', theme: 'light', ...phone },
  { lang: 'zh', theme: 'dark', ...phone },
  { lang: 'en', theme: 'light', ...phone },
]
/** Groups of texts: a name of one on the screen is a text that is missing. */
const groups = readdirSync(join(root, 'web/src/locales/zh')).map((f) => f.replace('.ts', '')).filter((n) => n !== 'index').join('|')
const nameOf = (path) => path.replace(/[?].*/, '').replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') || 'home'

/** The routes as the app has them, those with parameters by their sample. */
async function routesOf(page) {
  return page.evaluate(() =>
    document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
      .filter((r) => r.meta.module)
      .map((r) => ({ path: r.path, address: r.meta.sample ?? r.path, open: r.meta.open === true }))
      .filter((r) => !r.address.includes(':') || r.address.includes('consumer:')))
}

export default async function (world) {
  const push = (page, address) => page.evaluate((a) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(a), address)
  for (const look of [...looks, ...(process.env.POND_WEB_LOOKS === 'all' ? others : [])]) {
    const it = await open(world.browser, world.full.url, look, world.storage)
    await it.page.goto('/start')
    await it.settle()
    for (const route of await routesOf(it.page)) {
      const title = `routes: ${route.address} ${look.lang} ${look.theme} ${look.width}`
      await world.test(title, async () => {
        it.troubles.length = 0
        await (look === looks[0] || route.open ? it.page.goto(route.address) : push(it.page, route.address))
        await it.settle()
        await it.page.screenshot({ path: `${world.shots}/${nameOf(route.address)}-${look.lang}-${look.theme}-${look.width}.png`, fullPage: true })
        const over = await it.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        // Codes are shown as what they are: names of rights look like keys of texts.
        const keys = await it.page.evaluate((all) => {
          const walk = document.createTreeWalker(document.body, 4 /* texts */)
          let text = ''
          while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('code, pre, style, script')) text += ` ${walk.currentNode.data}`
          return new RegExp(`\\b(${all})\\.[a-z]\\w+(\\.\\w+)?\\b`).exec(text)?.[0] ?? ''
        }, groups)
        return [
          ...it.troubles,
          ...(over > 0 ? [`the page is ${over} px wider than the window`] : []),
          ...(keys ? [`a text is missing: ${keys}`] : []),
          ...(await check(it.page)),
          ...(await compare(it.page, route.path, route.address)),
        ]
      })
    }
    await it.context.close()
  }
}
