// What is done to a crowd from its page and from the list: renamed, frozen, deleted, each after a question.
import { ElMessage, ElMessageBox } from 'element-plus'
import { crowdDelete, crowdFreeze, crowdRename } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'
import { useLang } from '@/use/useLang'

const NAME_MOST = 60
/** The dialog was closed without a yes. */
const no = () => null

export function useCrowdDeeds(caller: Caller = call) {
  const { t } = useLang()
  const renaming = useOp(crowdRename, caller)
  const removing = useOp(crowdDelete, caller)
  const freezing = useOp(crowdFreeze, caller)
  const buttons = () => ({ confirmButtonText: t('app.confirm'), cancelButtonText: t('app.cancel') })

  return {
    renaming, removing, freezing,
    /** The new name, or null. */
    rename: async (name: string): Promise<string | null> => {
      const said = await ElMessageBox.prompt(t('crowd.name'), t('crowd.renameTitle', { name }), {
        ...buttons(), inputValue: name, inputValidator: (v) => v.trim() !== '' && v.length <= NAME_MOST && v.trim() !== name, inputErrorMessage: t('crowd.renameWrong', { most: NAME_MOST }),
      }).catch(no)
      const to = said?.value.trim()
      if (!to || !(await renaming.run({ name, to }))) return null
      ElMessage.success(t('crowd.renamed', { name: to }))
      return to
    },
    remove: async (name: string): Promise<boolean> => {
      const yes = await ElMessageBox.confirm(t('crowd.removeText', { name }), t('crowd.remove'), { ...buttons(), confirmButtonText: t('crowd.remove'), type: 'warning' }).catch(no)
      if (!yes || !(await removing.run({ name }))) return false
      ElMessage.success(t('crowd.removed', { name }))
      return true
    },
    freeze: async (name: string, isFrozen: boolean): Promise<boolean> => {
      const said = await ElMessageBox.prompt(t(isFrozen ? 'crowd.freezeAgainText' : 'crowd.freezeText', { name }), t(isFrozen ? 'crowd.freezeAgain' : 'crowd.freeze'), { ...buttons(), inputPlaceholder: t('crowd.reason') }).catch(no)
      if (!said || !(await freezing.run({ name, ...(said.value ? { reason: said.value } : {}) }))) return false
      ElMessage.success(t('crowd.isFrozen', { name }))
      return true
    },
  }
}
