// What to paste into a shop or an app so that its events come here (docs/collect.md).

export interface Snippet {
  name: string
  code: string
}

export function snippets(address: string, key: string): Snippet[] {
  return [
    {
      name: 'curl',
      code: `curl -u '${key}:' ${address}/v1/track -H 'Content-Type: application/json' \\
  -d '{"userId":"u1","event":"item_view","properties":{"item":"SKU1"}}'`,
    },
    {
      name: 'Segment',
      code: `import { Analytics } from '@segment/analytics-node'
const analytics = new Analytics({ writeKey: '${key}', host: '${address}' })
analytics.track({ userId: 'u1', event: 'Product Added', properties: { product_id: 'SKU1', price: 128 } })`,
    },
    {
      name: '神策 Sensors',
      code: `sensors.init({ server_url: '${address}/sa?token=${key}', heatmap: false })
sensors.track('add_cart', { item: 'SKU1' })`,
    },
    {
      name: 'PostHog',
      code: `posthog.init('${key}', { api_host: '${address}' })
posthog.capture('add_cart', { item: 'SKU1' })`,
    },
  ]
}
