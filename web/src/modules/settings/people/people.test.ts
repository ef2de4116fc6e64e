import { describe, expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { ApiError } from '@/api/http'
import type { Caller } from '@/use/useOp'
import { useKeys } from './useKeys'
import { useUsers } from './useUsers'

const asked: { op: string; input: Record<string, unknown> }[] = []
let fails = false
const caller = ((o: { name: string }, input: Record<string, unknown>) => {
  asked.push({ op: o.name, input })
  if (fails && !o.name.endsWith('list')) return Promise.reject(new ApiError('conflict', 'taken', '', '', 409))
  if (o.name === 'key list') return Promise.resolve({ keys: [{ id: 1, name: 'a', revoked: null }, { id: 2, name: 'b', revoked: '2026-11-29' }] })
  if (o.name === 'user list') return Promise.resolve({ users: [{ id: 1, name: 'lin', role: 'owner' }, { id: 2, name: 'wu', role: 'owner', disabled: '2026-11-29' }] })
  if (o.name === 'role list') return Promise.resolve({ rights: [] })
  return Promise.resolve({ key: 'pk_w_x', name: 'c' })
}) as unknown as Caller
const inScope = async (body: () => Promise<void>) => {
  const scope = effectScope()
  asked.length = 0
  fails = false
  await scope.run(body)
  scope.stop()
}
const lists = () => asked.filter((a) => a.op.endsWith('list') && a.op !== 'role list').length

describe('keys', () => {
  it('are shown once, and the list follows', () =>
    inScope(async () => {
      const k = useKeys(caller)
      await nextTick()
      expect(await k.make({ name: ' c ', kind: 'write', role: 'owner' })).toBe(true)
      expect(asked.find((a) => a.op === 'key create')?.input).toEqual({ name: 'c', kind: 'write' })
      expect(k.fresh.value?.key).toBe('pk_w_x')
      expect(k.create.reply.value).toBeNull()
      await nextTick()
      expect([k.rows.value.length, k.gone.value, lists()]).toEqual([1, 1, 2])
    }))
  it('leave the reason of a failure on the screen', () =>
    inScope(async () => {
      const k = useKeys(caller)
      fails = true
      expect(await k.make({ name: 'c', kind: 'operator', role: 'analyst' })).toBe(false)
      expect([k.create.error.value?.code, k.fresh.value]).toEqual(['conflict', null])
    }))
})
describe('users', () => {
  it('in force are listed, with how many owners are left', () =>
    inScope(async () => {
      const u = useUsers(caller)
      await nextTick()
      await nextTick()
      expect([u.rows.value.map((x) => x.name), u.gone.value, u.owners.value]).toEqual([['lin'], 1, 1])
      u.all.value = true
      expect(u.rows.value).toHaveLength(2)
      expect(await u.setRole('lin', 'analyst')).toBe(true)
      expect(lists()).toBe(2)
    }))
})
