import { createApp } from 'vue'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './ui/style.css'
import App from './app/App.vue'
import { router } from './app/router'
import { firstLang, i18n, setLang } from './use/useLang'
import { useTheme } from './use/useTheme'

useTheme().apply()
void setLang(firstLang()).then(() => {
  createApp(App).use(i18n).use(router).mount('#app')
})
