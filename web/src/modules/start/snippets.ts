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
analytics.identify({ userId: 'u1', traits: { phone: '13800138000' } })
analytics.track({ userId: 'u1', event: 'Product Added', properties: { product_id: 'SKU1', price: 128 } })`,
    },
    {
      name: 'RudderStack',
      code: `import RudderAnalytics from '@rudderstack/rudder-sdk-node'
const rudder = new RudderAnalytics('${key}', { dataPlaneUrl: '${address}' })
rudder.track({ userId: 'u1', event: 'Order Completed', properties: { order_id: 'O1', revenue: 128 } })`,
    },
    {
      name: '神策 Sensors',
      code: `sensors.init({ server_url: '${address}/sa?token=${key}', heatmap: false })
sensors.track('add_cart', { item: 'SKU1' })`,
    },
    {
      name: '神策小程序',
      code: `sensors.setPara({ server_url: '${address}/sa?project=default&token=${key}' })
sensors.init()
sensors.track('item_view', { item: 'SKU1' })`,
    },
    {
      name: '数数 TE',
      code: `import ThinkingData from 'thinkingdata-node'
const td = ThinkingData.initWithBatchMode('${key}', '${address}', {})
td.track({ accountId: 'u1', event: 'add_cart', properties: { item: 'SKU1', unit_price: 128 } })
td.flush()`,
    },
    {
      name: 'PostHog',
      code: `posthog.init('${key}', { api_host: '${address}' })
posthog.capture('add_cart', { item: 'SKU1' })`,
    },
    {
      name: 'Pond',
      code: `curl ${address}/v1/events -H 'Authorization: Bearer ${key}' --data-binary \\
  '{"time":"2026-01-02T03:04:05+08:00","event":"purchase","id":"e-1","identities":{"phone":"13800138000"},"order":"O1","amount":12.34}'`,
    },
  ]
}
