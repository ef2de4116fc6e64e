// Shops that push their orders here: where to paste the address, and what they sign with (docs/collect.md).

export interface Shop {
  id: 'youzan' | 'taobao' | 'douyin' | 'shopify' | 'order' | 'json'
  name: string
  /** It signs: without its secret its pushes are refused. */
  signs: boolean
}
export const SHOPS: readonly Shop[] = [
  { id: 'youzan', name: '有赞 Youzan', signs: true },
  { id: 'taobao', name: '淘宝 / 天猫 Taobao', signs: false },
  { id: 'douyin', name: '抖店 Douyin', signs: false },
  { id: 'shopify', name: 'Shopify', signs: true },
  { id: 'order', name: 'Pond', signs: false },
  { id: 'json', name: 'JSON', signs: false },
]

/** The address to paste. `json` also names a saved mapping. */
export function hookAddress(origin: string, shop: Shop['id'], key: string): string {
  const base = `${origin}/hooks/${shop}/${key || 'pk_w_…'}`
  return shop === 'json' ? `${base}/MAPPING` : base
}
